//! Who is signed in, and forms that only they can have sent.

use crate::{App, fault::Fault};
use axum::{
    Form,
    extract::{FromRequest, FromRequestParts, Multipart, Request},
    http::{
        HeaderMap, Uri,
        header::{CONTENT_TYPE, HOST},
        request::Parts,
    },
};
use paso_domain::{
    crossings::Post,
    policy::{Kind, Power, Role},
};
use paso_pages::{
    Fields, Frame, Lang, Voice, cookie,
    frame::{Way, Who},
    origin,
};
use paso_service::{
    Officer, Service,
    access::Permit,
    session::{SignedIn, Token},
};

/// The cookie of a session.
pub(crate) const COOKIE: &str = "__Host-paso";

/// The field of a form's token.
pub(crate) const FORM_TOKEN: &str = "ficha";

/// The field of a form's mark; see [`crate::once`].
pub(crate) const MARK: &str = "vez";

/// A signed-in officer asking for a page.
pub struct Session {
    app: App,
    lang: Lang,
    uri: Uri,
    signed: SignedIn,
}

impl Session {
    pub(crate) fn app(&self) -> &App {
        &self.app
    }

    pub(crate) fn service(&self) -> &Service {
        self.app.service()
    }

    pub(crate) fn officer(&self) -> &Officer {
        &self.signed.officer
    }

    pub(crate) fn role(&self) -> Role {
        self.signed.officer.role
    }

    pub(crate) fn t(&self) -> Voice<'_> {
        self.app.speak(self.lang)
    }

    pub(crate) fn form_token(&self) -> &str {
        &self.signed.form_token
    }

    /// Whether to show a way there at all.
    pub(crate) fn may(&self, power: Power) -> bool {
        self.service().policy().allows(self.role(), power)
    }

    /// The post the officer works at.
    pub(crate) fn post(&self) -> Result<&Post, Fault> {
        Ok(self.service().post(self.officer())?)
    }

    /// A permit for what a page also needs besides its door. It looks absent to whoever lacks it.
    pub(crate) async fn need<P: Kind>(&self) -> Result<Permit<P>, Fault> {
        Ok(self.service().permit(self.officer()).await?)
    }

    /// The frame of a page of this session.
    pub(crate) fn frame(&self, title: impl Into<String>) -> Result<Frame<'_>, Fault> {
        let t = self.t();
        let mut frame = self.app.frame(self.lang, &self.uri).titled(title);
        frame.who = Some(Who {
            place: self.post()?.name.clone(),
            role: t.code("role", self.role().code()),
            number: self.officer().number.to_string(),
        });
        frame.form_token.clone_from(&self.signed.form_token);
        frame.ways = self.ways();
        Ok(frame)
    }

    fn ways(&self) -> Vec<Way> {
        let t = self.t();
        let here = self.uri.path();
        PLACES
            .iter()
            .filter(|(_, _, power)| power.is_none_or(|power| self.may(power)))
            .map(|(href, key, _)| Way {
                href,
                label: t.text(key),
                current: here == *href || here.starts_with(&format!("{href}/")),
            })
            .collect()
    }
}

/// The parts of the pages, and the power that shows them.
const PLACES: [(&str, &str, Option<Power>); 20] = [
    ("/mesa", "way-desk", Some(Power::AssessApplication)),
    ("/cruce", "way-crossing", Some(Power::RecordCrossing)),
    ("/punto", "way-checkpoint", Some(Power::CheckCard)),
    ("/custodia", "way-custody", Some(Power::ReadCustody)),
    (
        "/vigilancia/custodia",
        "way-overlook",
        Some(Power::OverseeCustody),
    ),
    ("/hoy", "way-today", Some(Power::ReadActs)),
    ("/recibo", "way-receipt", Some(Power::ReadReceipt)),
    ("/hojas", "way-sheets", Some(Power::ReadSheets)),
    (
        "/contradicciones",
        "way-contradictions",
        Some(Power::ReadContradictions),
    ),
    (
        "/administracion",
        "way-administration",
        Some(Power::ManageOfficers),
    ),
    ("/inspeccion", "way-figures", Some(Power::ReadFigures)),
    (
        "/estadistica",
        "way-aggregates",
        Some(Power::ReadAggregates),
    ),
    ("/accesos", "way-readings", Some(Power::ReadAccessList)),
    ("/supresiones", "way-erasures", Some(Power::ProposeErasure)),
    ("/supresiones", "way-erasures", Some(Power::ApproveErasure)),
    ("/refugio", "way-refuge", Some(Power::RecordClaim)),
    (
        "/canalizaciones",
        "way-referrals",
        Some(Power::ReceiveReferrals),
    ),
    ("/avisos", "way-notices", Some(Power::ReadNotices)),
    ("/firmas", "way-signing", Some(Power::ReadProposals)),
    ("/ayuda", "way-help", None),
];

impl FromRequestParts<App> for Session {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        let signed_out = if parts.method.is_safe() {
            Fault::ToWelcome
        } else {
            own(&parts.headers, app)?;
            Fault::SignedOut
        };
        let token = token(&parts.headers).ok_or(signed_out)?;
        let signed = match app.service().session(&token).await {
            Ok(signed) => signed,
            Err(paso_service::ServiceError::NotFound) => return Err(signed_out),
            Err(error) => return Err(error.into()),
        };
        let lang = match Lang::from_request_parts(parts, app).await {
            Ok(lang) => lang,
            Err(never) => match never {},
        };
        parts.extensions.insert(signed.clone());
        Ok(Self {
            app: app.clone(),
            lang,
            uri: parts.uri.clone(),
            signed,
        })
    }
}

/// The session token that a browser sent.
pub(crate) fn token(headers: &HeaderMap) -> Option<Token> {
    cookie::read(headers, COOKIE)
        .filter(|text| !text.is_empty())
        .map(Token::received)
}

/// Whether a request that changes something came from one of our pages, as far as its headers say.
pub(crate) fn own(headers: &HeaderMap, app: &App) -> Result<(), Fault> {
    if origin::is_own(headers, &app.config().origin) {
        Ok(())
    } else {
        Err(Fault::Forged)
    }
}

/// Whether the request is meant for this host. Another name that resolves here could otherwise make
/// a browser read our pages as its own.
pub(crate) fn meant_for(headers: &HeaderMap, app: &App) -> bool {
    let ours = app.config().origin.split("://").last().unwrap_or_default();
    headers
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .is_none_or(|host| host.eq_ignore_ascii_case(ours))
}

/// A form sent by the officer whom the door let in, from one of our own pages.
pub(crate) struct Sent {
    pub(crate) fields: Fields,
    files: Vec<(String, Vec<u8>)>,
}

impl Sent {
    /// The file sent in a field; none where the field was left empty.
    pub(crate) fn take_file(&mut self, name: &str) -> Option<Vec<u8>> {
        let at = self
            .files
            .iter()
            .position(|(field, bytes)| field == name && !bytes.is_empty())?;
        Some(self.files.swap_remove(at).1)
    }
}

impl FromRequest<App> for Sent {
    type Rejection = Fault;

    async fn from_request(request: Request, app: &App) -> Result<Self, Fault> {
        own(request.headers(), app)?;
        // Left there by the door. A public page has no token to compare with, and no use for this.
        let signed = request.extensions().get::<SignedIn>().cloned();
        let signed = signed.ok_or(Fault::SignedOut)?;
        let (pairs, files) = read(request, app).await?;
        let fields = Fields::new(pairs);
        if !signed.owns_form(fields.typed(FORM_TOKEN)) {
            return Err(Fault::Forged);
        }
        Ok(Self { fields, files })
    }
}

/// A form sent by anybody from one of our own pages: there is no session whose token it could carry.
pub(crate) struct OpenForm {
    pub(crate) fields: Fields,
}

impl FromRequest<App> for OpenForm {
    type Rejection = Fault;

    async fn from_request(request: Request, app: &App) -> Result<Self, Fault> {
        own(request.headers(), app)?;
        let (pairs, _) = read(request, app).await?;
        Ok(Self {
            fields: Fields::new(pairs),
        })
    }
}

pub(crate) type Pairs = Vec<(String, String)>;

/// A form's fields and files, in either of the two ways in which browsers send them.
pub(crate) async fn read(
    request: Request,
    app: &App,
) -> Result<(Pairs, Vec<(String, Vec<u8>)>), Fault> {
    let multipart = request
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/form-data"));
    if !multipart {
        let Form(pairs) = Form::<Pairs>::from_request(request, app)
            .await
            .map_err(|error| {
                if error.status().as_u16() == 413 {
                    Fault::TooLarge
                } else {
                    Fault::Unreadable
                }
            })?;
        return Ok((pairs, Vec::new()));
    }
    let broken = |error: axum::extract::multipart::MultipartError| {
        if error.status().as_u16() == 413 {
            Fault::TooLarge
        } else {
            Fault::Unreadable
        }
    };
    let mut parts = Multipart::from_request(request, app)
        .await
        .map_err(|_| Fault::Unreadable)?;
    let (mut pairs, mut files) = (Pairs::new(), Vec::new());
    while let Some(field) = parts.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        if field.file_name().is_some() {
            files.push((name, field.bytes().await.map_err(broken)?.to_vec()));
        } else {
            pairs.push((name, field.text().await.map_err(broken)?));
        }
    }
    Ok((pairs, files))
}
