//! What every handler is given: the use cases, the texts, and how browsers reach this place.

use crate::{
    api::Answered,
    limits::{Front, Heavy},
    once::Once,
};
use axum::http::Uri;
use paso_pages::{Frame, Lang, Texts, TextsError, Voice};
use paso_service::{Service, custody::Neighbours, log::Log};
use std::sync::{Arc, OnceLock};

/// The name of the program, in window titles.
pub(crate) const PROGRAM: &str = "Paso";

/// How these pages are served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebConfig {
    /// Where browsers find them, such as `https://paso.example` or `http://mx.localhost:8460`.
    /// Requests under another host name, and forms from another origin, are turned away.
    pub origin: String,
    /// Marks every page and print as a demonstration.
    pub demo: bool,
}

/// What the pages stand on. Cloning it is cheap.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    service: Arc<Service>,
    texts: Texts,
    config: WebConfig,
    once: Once,
    answered: Answered,
    log: OnceLock<Log>,
    front: OnceLock<Front>,
    heavy: Heavy,
    security: OnceLock<String>,
    anchor: OnceLock<String>,
    neighbours: OnceLock<Neighbours>,
}

impl App {
    /// The pages with the texts compiled in.
    ///
    /// # Errors
    /// When the texts cannot be read; never for those shipped.
    pub fn new(service: Arc<Service>, config: WebConfig) -> Result<Self, TextsError> {
        Ok(Self::speaking(service, config, Texts::built_in()?))
    }

    /// The pages with texts of an authority's own.
    #[must_use]
    pub fn speaking(service: Arc<Service>, config: WebConfig, texts: Texts) -> Self {
        let now = service.clock().now();
        let (once, answered) = (Once::new(now), Answered::new(now));
        service.serve_at(&config.origin);
        Self(Arc::new(Inner {
            service,
            texts,
            config,
            once,
            answered,
            log: OnceLock::new(),
            front: OnceLock::new(),
            heavy: Heavy::new(),
            security: OnceLock::new(),
            anchor: OnceLock::new(),
            neighbours: OnceLock::new(),
        }))
    }

    /// The same pages, which show this authority's log and ask it about receipts.
    #[must_use]
    pub fn with_log(self, log: Log) -> Self {
        self.0.log.get_or_init(|| log);
        self
    }

    /// The same pages, asked by other machines.
    #[must_use]
    pub fn behind(self, front: Front) -> Self {
        self.0.front.get_or_init(|| front);
        self
    }

    /// The same pages, from which a phone takes this authority's roots ([`paso_formats::anchor`]).
    #[must_use]
    pub fn with_anchor(self, text: String) -> Self {
        self.0.anchor.get_or_init(|| text);
        self
    }

    pub(crate) fn anchor(&self) -> Option<&str> {
        self.0.anchor.get().map(String::as_str)
    }

    /// The same pages, which say whom to tell about weaknesses ([`paso_pages::security`]).
    #[must_use]
    pub fn with_security(self, text: String) -> Self {
        self.0.security.get_or_init(|| text);
        self
    }

    /// The same pages, which hand people over to these authorities and take them over from them.
    #[must_use]
    pub fn beside(self, neighbours: Neighbours) -> Self {
        self.0.neighbours.get_or_init(|| neighbours);
        self
    }

    pub(crate) fn neighbours(&self) -> &Neighbours {
        self.0.neighbours.get_or_init(Neighbours::default)
    }

    pub(crate) fn security(&self) -> Option<&str> {
        self.0.security.get().map(String::as_str)
    }

    pub(crate) fn front(&self) -> Option<&Front> {
        self.0.front.get()
    }

    pub(crate) fn heavy(&self) -> &Heavy {
        &self.0.heavy
    }

    /// The authority's log, where one is kept here.
    pub(crate) fn log(&self) -> Option<&Log> {
        self.0.log.get()
    }

    pub(crate) fn service(&self) -> &Service {
        &self.0.service
    }

    pub(crate) fn texts(&self) -> &Texts {
        &self.0.texts
    }

    pub(crate) fn config(&self) -> &WebConfig {
        &self.0.config
    }

    /// What a paper says of the place it comes from: where its pages are, and whether it is a
    /// demonstration.
    pub(crate) fn print_look(&self) -> (&str, bool) {
        (&self.config().origin, self.config().demo)
    }

    pub(crate) fn once(&self) -> &Once {
        &self.0.once
    }

    /// What programs were answered under their keys.
    pub(crate) fn answered(&self) -> &Answered {
        &self.0.answered
    }

    pub(crate) fn speak(&self, lang: Lang) -> Voice<'_> {
        self.texts().speak(lang)
    }

    /// The frame of a page that nobody needs to be signed in for.
    pub(crate) fn frame(&self, lang: Lang, uri: &Uri) -> Frame<'_> {
        let mut frame = Frame::new(self.speak(lang), PROGRAM, uri.path(), uri.query());
        frame.demo = self.config().demo;
        frame.full = self.service().has_only_reserve();
        frame.station = crate::sync::station(self, frame.t);
        frame
    }
}
