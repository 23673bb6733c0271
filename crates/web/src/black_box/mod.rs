//! Whether posts work: for everybody, day by day; and for those who serve there, what their own post
//! has noticed about itself and what somebody has said does not work.

mod own;
mod public;

use crate::routes::Routes;

pub(crate) fn routes() -> Routes {
    Routes::default()
        .get("/funcionamiento", public::page)
        .get("/funcionamiento.csv", public::file)
        .get("/fallas", own::page)
        .post("/fallas", own::tell)
}
