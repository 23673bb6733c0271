//! The routes of a face, and the list of them: what is not on the list is not served, so a test
//! that walks the list has tried every door.

use crate::{
    App,
    door::{Door, Guarded},
};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    handler::Handler,
    routing::{get, post},
};

/// One way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// How it is asked.
    pub method: &'static str,
    /// The address, with its parameters in braces.
    pub path: &'static str,
    /// What stands in front of it.
    pub door: Door,
}

/// Routes and their list.
#[derive(Default)]
pub struct Routes {
    router: Router<App>,
    list: Vec<Route>,
}

impl Routes {
    /// A handler of `GET`.
    #[must_use]
    pub fn get<T: Guarded + 'static>(
        mut self,
        path: &'static str,
        handler: impl Handler<T, App>,
    ) -> Self {
        self.list.push(Route {
            method: "GET",
            path,
            door: T::DOOR,
        });
        self.router = self.router.route(path, get(handler));
        self
    }

    /// A handler of `POST`.
    #[must_use]
    pub fn post<T: Guarded + 'static>(
        mut self,
        path: &'static str,
        handler: impl Handler<T, App>,
    ) -> Self {
        self.list.push(Route {
            method: "POST",
            path,
            door: T::DOOR,
        });
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
