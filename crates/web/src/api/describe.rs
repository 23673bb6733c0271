//! Routes that describe themselves: the one call that puts a handler behind an address also writes
//! the address into the document. So the document lists what is served, no less and no more, and
//! says of each address who may use it from the same table that decides it.

use super::{json, problem, problem::Written, spelt::Spelt};
use crate::{
    App, Routes,
    door::{Door, Guarded},
};
use axum::handler::Handler;
use serde::Deserialize;
use utoipa::{
    ToSchema,
    openapi::{
        Components, Content, Header, HttpMethod, Info, OpenApi, OpenApiBuilder, PathItem, Ref,
        RefOr, Required, Response, ResponseBuilder,
        path::{OperationBuilder, Parameter, ParameterBuilder, ParameterIn, PathsBuilder},
        request_body::RequestBodyBuilder,
        schema::{AdditionalProperties, KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type},
        security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

const JSON: &str = "application/json";

/// The name of the one way to show who asks.
const SCHEME: &str = "token";

/// What an address does.
pub(super) struct Op {
    name: &'static str,
    about: &'static str,
    parameters: Vec<Parameter>,
    body: Option<Content>,
    answer: (u16, Response),
    /// Statuses of problems besides those of the door.
    problems: Vec<u16>,
    schemas: Vec<(String, RefOr<Schema>)>,
}

fn refers<T: ToSchema>() -> Ref {
    Ref::from_schema_name(T::name())
}

fn content<T: ToSchema>() -> Content {
    Content::new(Some(refers::<T>()))
}

fn schemas_of<T: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
}

/// Says of each of several forms of a request that it has no other fields. The derive says it of
/// single forms only.
fn close(schema: &mut RefOr<Schema>) {
    let RefOr::T(Schema::OneOf(forms)) = schema else {
        return;
    };
    for form in &mut forms.items {
        if let RefOr::T(Schema::Object(form)) = form {
            let none = AdditionalProperties::FreeForm(false);
            form.additional_properties = Some(Box::new(none));
        }
    }
}

impl Op {
    /// An operation that answers with a `T`.
    pub(super) fn answering<T: ToSchema>(name: &'static str, about: &'static str) -> Self {
        let answer = ResponseBuilder::new()
            .description("Here it is.")
            .content(JSON, content::<T>())
            .build();
        let mut schemas = Vec::new();
        schemas_of::<T>(&mut schemas);
        Self {
            name,
            about,
            parameters: Vec::new(),
            body: None,
            answer: (200, answer),
            problems: Vec::new(),
            schemas,
        }
    }

    /// An operation that answers with a sheet to print.
    pub(super) fn printing(name: &'static str, about: &'static str) -> Self {
        let sheet = ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)));
        let answer = ResponseBuilder::new()
            .description("The sheet.")
            .content("application/pdf", Content::new(Some(sheet)))
            .build();
        Self {
            name,
            about,
            parameters: Vec::new(),
            body: None,
            answer: (200, answer),
            problems: vec![422],
            schemas: Vec::new(),
        }
    }

    /// That takes a `T`.
    pub(super) fn taking<T: ToSchema + for<'a> Deserialize<'a>>(mut self) -> Self {
        self.body = Some(content::<T>());
        let mut asked = Vec::new();
        schemas_of::<T>(&mut asked);
        for (_, schema) in &mut asked {
            close(schema);
        }
        self.schemas.extend(asked);
        self.problems.extend([400, 413, 415, 422]);
        self
    }

    /// That records something: it answers 201, may be refused, and may be repeated under a key.
    pub(super) fn acting(mut self) -> Self {
        self.answer.0 = 201;
        "It is in the journal.".clone_into(&mut self.answer.1.description);
        self.problems.extend([409, 422]);
        self.parameters.push(
            ParameterBuilder::new()
                .name("Idempotency-Key")
                .parameter_in(ParameterIn::Header)
                .required(Required::False)
                .description(Some(
                    "The same key with the same token and request gets the same answer, and the \
                     act is done once. Remembered for the latest acts until the server restarts.",
                ))
                .schema(Some(
                    ObjectBuilder::new()
                        .schema_type(Type::String)
                        .pattern(Some("^[A-Za-z0-9_-]+$"))
                        .min_length(Some(1))
                        .max_length(Some(json::MOST_KEY)),
                ))
                .build(),
        );
        self
    }

    /// That prepares an act for its officer to sign: nothing is recorded yet, and it may be refused.
    pub(super) fn preparing(mut self) -> Self {
        self = self.acting();
        self.answer.0 = 202;
        "It waits for the officer's own passkey; nothing is in the journal."
            .clone_into(&mut self.answer.1.description);
        self
    }

    /// That made something with an address.
    pub(super) fn placed(mut self) -> Self {
        let place = ObjectBuilder::new().schema_type(Type::String);
        let mut header = Header::new(place);
        header.description = Some("Where it is found from now on.".to_owned());
        self.answer
            .1
            .headers
            .insert("Location".to_owned(), header.into());
        self
    }

    /// With a value in its address.
    pub(super) fn at<T: Spelt>(self, name: &'static str) -> Self
    where
        super::spelt::As<T>: ToSchema,
    {
        self.parameter::<super::spelt::As<T>>(name, ParameterIn::Path)
    }

    /// With a value behind the question mark.
    pub(super) fn asking<T: ToSchema>(mut self, name: &'static str) -> Self {
        self.problems.push(422);
        self.parameter::<T>(name, ParameterIn::Query)
    }

    fn parameter<T: ToSchema>(mut self, name: &'static str, place: ParameterIn) -> Self {
        let required = match place {
            ParameterIn::Path => Required::True,
            _ => Required::False,
        };
        self.parameters.push(
            ParameterBuilder::new()
                .name(name)
                .parameter_in(place)
                .required(required)
                .schema(Some(refers::<T>()))
                .build(),
        );
        schemas_of::<T>(&mut self.schemas);
        self
    }
}

/// Routes and their description.
#[derive(Default)]
pub(super) struct Api {
    routes: Routes,
    paths: PathsBuilder,
    schemas: Vec<(String, RefOr<Schema>)>,
}

impl Api {
    /// A handler of `GET`.
    pub(super) fn get<T: Guarded + 'static>(
        mut self,
        path: &'static str,
        handler: impl Handler<T, App>,
        op: Op,
    ) -> Self {
        self.routes = self.routes.get(path, handler);
        self.described(HttpMethod::Get, path, T::DOOR, op)
    }

    /// A handler of `POST`.
    pub(super) fn post<T: Guarded + 'static>(
        mut self,
        path: &'static str,
        handler: impl Handler<T, App>,
        op: Op,
    ) -> Self {
        self.routes = self.routes.post(path, handler);
        self.described(HttpMethod::Post, path, T::DOOR, op)
    }

    fn described(mut self, method: HttpMethod, path: &'static str, door: Door, op: Op) -> Self {
        let (status, answer) = op.answer;
        let mut operation = OperationBuilder::new()
            .operation_id(Some(op.name))
            .summary(Some(op.about))
            .description(behind(door))
            .parameters(Some(op.parameters))
            .response(status.to_string(), answer);
        if let Some(body) = op.body {
            let body = RequestBodyBuilder::new()
                .content(JSON, body)
                .required(Some(Required::True));
            operation = operation.request_body(Some(body.build()));
        }
        let mut problems = op.problems;
        if door != Door::Public {
            operation = operation.security(requirement());
            problems.extend([401, 404]);
        }
        for status in problems {
            operation = operation.response(status.to_string(), a_problem(says(status)));
        }
        operation = operation.response("default", a_problem("Any other problem."));
        self.paths = self.paths.path(path, PathItem::new(method, operation));
        self.schemas.extend(op.schemas);
        self
    }

    /// Of several faces.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.routes = self.routes.and(other.routes);
        let others = other.paths.build();
        for (path, item) in others.paths {
            self.paths = self.paths.path(path, item);
        }
        self.schemas.extend(other.schemas);
        self
    }

    pub(super) fn into_routes(self) -> Routes {
        self.routes
    }

    /// The document.
    pub(super) fn document(self) -> OpenApi {
        let mut info = Info::new("Paso", "1");
        info.description = Some(ABOUT.to_owned());
        let mut schemas = self.schemas;
        schemas_of::<Written>(&mut schemas);
        let mut components = Components::new();
        components.schemas.extend(schemas);
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A token for one officer, one role and one purpose."))
            .build();
        components.add_security_scheme(SCHEME, SecurityScheme::Http(scheme));
        OpenApiBuilder::new()
            .info(info)
            .paths(self.paths.build())
            .components(Some(components))
            .build()
    }
}

const ABOUT: &str = "What the pages of an authority do, for programs. Every request shows a token \
    as `Authorization: Bearer`; nothing else, and no cookie, opens anything. What a token's role may \
    not do or see looks as if it were not there (404), and that it was tried is in the journal. \
    Problems are RFC 9457 documents with a stable `code`, their sentences in Spanish or English by \
    `Accept-Language`. Fields that are not described are refused.";

fn requirement() -> SecurityRequirement {
    SecurityRequirement::new(SCHEME, [""; 0])
}

/// What it takes. Which roles have it is data of an installation: the table of accesses says it.
fn behind(door: Door) -> Option<String> {
    match door {
        Door::Token(power) | Door::Allowed(power) => Some(format!("Power `{}`.", power.code())),
        Door::Public | Door::Anyone => None,
    }
}

fn a_problem(says: &'static str) -> Response {
    ResponseBuilder::new()
        .description(says)
        .content(problem::MEDIA, content::<Written>())
        .build()
}

const fn says(status: u16) -> &'static str {
    match status {
        400 => "The body is not JSON.",
        401 => "No token, or one that is unknown, expired or taken back.",
        404 => "It does not exist, or the token's role may not know of it.",
        409 => "A register refused, or somebody is changing the same record.",
        413 => "The body is too large.",
        415 => "The body does not say that it is JSON.",
        _ => "The request says something that cannot be.",
    }
}
