//! The routes of a face, and the list of them: what is not on the list is not served, so a test
//! that walks the list has tried every door.

use crate::App;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    handler::Handler,
    routing::{get, post},
};

/// A way to ask, and an address with its parameters in braces.
pub type Route = (&'static str, &'static str);

/// Routes and their list.
#[derive(Default)]
pub(crate) struct Routes {
    router: Router<App>,
    list: Vec<Route>,
}

impl Routes {
    pub(crate) fn get<T: 'static>(
        mut self,
        path: &'static str,
        handler: impl Handler<T, App>,
    ) -> Self {
        self.list.push(("GET", path));
        self.router = self.router.route(path, get(handler));
        self
    }

    pub(crate) fn post<T: 'static>(
        mut self,
        path: &'static str,
        handler: impl Handler<T, App>,
    ) -> Self {
        self.list.push(("POST", path));
        self.router = self.router.route(path, post(handler));
        self
    }

    pub(crate) fn and(mut self, other: Self) -> Self {
        self.list.extend(other.list);
        self.router = self.router.merge(other.router);
        self
    }

    /// Bodies of at most so many bytes.
    pub(crate) fn taking(mut self, bytes: usize) -> Self {
        self.router = self.router.layer(DefaultBodyLimit::max(bytes));
        self
    }

    pub(crate) fn into_router(self) -> Router<App> {
        self.router
    }

    pub(crate) fn into_list(self) -> Vec<Route> {
        self.list
    }
}
