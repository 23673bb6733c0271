//! Commands that change something or read records, carried out by the running process.

use crate::{
    cli::{
        Acting, CardCommand, CardNamed, Command, Crossing, Forms, Issue, KeyCommand, LogCommand,
        Print, Revoke,
    },
    custody, key, office,
};
use paso_domain::{
    access::How,
    card::ApplicationPurpose,
    document::{DocumentKind, TravelDocument},
    eligibility::Accompaniment,
    policy::Role,
    stay::Stay,
};
use paso_formats::{mrz, name::PersonName, receipt::Code};
use paso_pages::texts::Texts;
use paso_service::{
    Officer, Service, ServiceError,
    approval::Prepared,
    desk::{ApplicationForm, Assessment},
    log::Log,
    receipt::NoSymbol,
};
use paso_web::print;
use std::fmt::Write;

/// What a command answers.
#[derive(Debug)]
pub struct Answer {
    /// Exit code of the client.
    pub exit: u8,
    /// What the client says: on standard output when the exit code is 0.
    pub said: String,
    /// A file the client writes.
    pub file: Option<Vec<u8>>,
}

/// What answers are made with besides the service.
pub struct Shown {
    /// Texts in all languages.
    pub texts: Texts,
    /// Where browsers reach the pages, such as `http://localhost:8460`.
    pub pages: String,
    /// Whether this is a demonstration.
    pub demo: bool,
    /// The log; none at a post, whose entries are in its hub's.
    pub log: Option<Log>,
}

/// The register refused.
const REFUSED: u8 = 1;
/// The command cannot be carried out.
const USAGE: u8 = 2;

impl Answer {
    /// Done.
    pub fn said(said: String) -> Self {
        Self {
            exit: 0,
            said,
            file: None,
        }
    }

    fn refused(said: String) -> Self {
        Self {
            exit: REFUSED,
            said,
            file: None,
        }
    }

    /// A mistake in the command.
    pub fn usage(said: String) -> Self {
        Self {
            exit: USAGE,
            said,
            file: None,
        }
    }
}

impl From<ServiceError> for Answer {
    fn from(error: ServiceError) -> Self {
        let exit = match error {
            ServiceError::Refused(_)
            | ServiceError::NotAllowed(_)
            | ServiceError::Signing(_)
            | ServiceError::NotFound => REFUSED,
            _ => USAGE,
        };
        Self {
            exit,
            said: error.to_string(),
            file: None,
        }
    }
}

/// Carries a command out.
pub async fn carry_out(service: &Service, shown: &Shown, command: Command) -> Answer {
    let done = match command {
        Command::Officer(command) => office::officer(service, shown, command).await,
        Command::Device(command) => office::device(service, command).await,
        Command::Site(command) => office::site(service, command).await,
        Command::Key(KeyCommand::List) => key::list(service).await,
        Command::Key(KeyCommand::Cards(args)) => key::cards(service, &args).await,
        Command::Token(command) => office::token(service, command).await,
        Command::Card(CardCommand::Issue(args)) => issue(service, *args).await,
        Command::Card(CardCommand::Print(args)) => print_card(service, shown, &args).await,
        Command::Card(CardCommand::Revoke(args)) => revoke(service, shown, args).await,
        Command::Custody(command) => custody::carry_out(service, shown, command).await,
        Command::Enter(args) => enter(service, shown, &args).await,
        Command::Leave(args) => leave(service, shown, &args).await,
        Command::Forms(args) => forms(service, shown, &args).await,
        Command::Stream(command) => return crate::stream::carry_out(service, &command).await,
        Command::Post(command) => crate::post::carry_out(service, command).await,
        Command::Sync(command) => crate::post::carry_out_sync(service, command).await,
        Command::Log(LogCommand::Status) => {
            let Some(log) = &shown.log else {
                return Answer::usage(
                    "a post keeps no log; its entries are in its hub's, see `paso post status`"
                        .into(),
                );
            };
            return match crate::log::status(log).await {
                Ok((exit, said)) => Answer {
                    exit,
                    said,
                    file: None,
                },
                Err(error) => Answer::usage(format!("{error:#}")),
            };
        }
        Command::Init(_)
        | Command::Log(LogCommand::Keys)
        | Command::Serve(_)
        | Command::Audit(_)
        | Command::CheckConfig
        | Command::Doctor(_)
        | Command::Key(KeyCommand::Add(_) | KeyCommand::End(_))
        | Command::Verify(_)
        | Command::Program(_)
        | Command::Backup(_)
        | Command::Restore(_) => {
            return Answer::usage("this command is carried out where it is typed".into());
        }
    };
    done.unwrap_or_else(Answer::from)
}

fn officer(acting: &Acting, role: Role) -> Officer {
    Officer {
        number: acting.officer.clone(),
        role,
        post: acting.post,
    }
}

async fn issue(service: &Service, args: Issue) -> Result<Answer, ServiceError> {
    let officer = officer(&args.acting, Role::Desk);
    let new_person = args.new_person;
    let form = application(service, &officer, args)?;
    if form.purpose == ApplicationPurpose::First && form.person.is_none() && !new_person {
        let document = form.documents.first();
        let known = service
            .find_person(
                &service.permit(&officer).await?,
                &form.name,
                form.birth,
                document,
            )
            .await?;
        if !known.is_empty() {
            let mut said = String::from("the register may know this person:\n");
            for one in &known {
                let _ = writeln!(
                    said,
                    "  {}  {}, {}",
                    one.person,
                    one.name.display(),
                    one.birth
                );
            }
            said += "nothing was recorded; say --person with one of them, or --new-person\n";
            return Ok(Answer::refused(said));
        }
    }
    let assessment = service.assess(&service.permit(&officer).await?, &form)?;
    let mut said = String::new();
    for warning in &assessment.eligibility.warnings {
        let _ = writeln!(said, "look at: {}", warning.code());
    }
    for warning in &assessment.cui_warnings {
        let _ = writeln!(said, "look at: {}", warning.code());
    }
    if !assessment.eligibility.is_eligible() {
        let _ = writeln!(said, "{}", unmet(&assessment));
    }
    match service.issue(&service.permit(&officer).await?, &form).await {
        Ok(record) => {
            let _ = writeln!(said, "{}", record.card.number);
            let _ = writeln!(said, "{}", record.card.text);
            Ok(Answer::said(said))
        }
        Err(error) => {
            let mut answer = Answer::from(error);
            answer.said = said + &answer.said + "\n";
            Ok(answer)
        }
    }
}

fn unmet(assessment: &Assessment) -> String {
    let reasons: Vec<_> = assessment
        .eligibility
        .unmet
        .iter()
        .map(|unmet| {
            format!(
                "not eligible: {}; what would help: {}",
                unmet.code(),
                unmet.cure().code()
            )
        })
        .collect();
    reasons.join("\n")
}

fn application(
    service: &Service,
    officer: &Officer,
    args: Issue,
) -> Result<ApplicationForm, ServiceError> {
    let bad = |field, problem: String| ServiceError::BadRequest { field, problem };
    let read = match &args.mrz {
        Some(text) => {
            let today = service.today(officer)?;
            Some(mrz::parse(text, today).map_err(|error| bad("mrz", error.to_string()))?)
        }
        None => None,
    };
    let missing = |field| {
        bad(
            field,
            "state it, or give the machine readable zone".to_owned(),
        )
    };
    let read_name = read
        .as_ref()
        .map(|mrz| mrz.name.clone())
        .unwrap_or_default();
    let nationality = args
        .nationality
        .or(read.as_ref().map(|mrz| mrz.nationality))
        .ok_or_else(|| missing("nationality"))?;
    let document = TravelDocument {
        // The first letter of the code is P on every passport (Doc 9303-4 §4.2.2.1).
        kind: args
            .document
            .or(read.as_ref().map(|mrz| {
                if mrz.document_code.starts_with('P') {
                    DocumentKind::Passport
                } else {
                    DocumentKind::Dpi
                }
            }))
            .ok_or_else(|| missing("document"))?,
        number: args
            .document_number
            .or(read.as_ref().map(|mrz| mrz.number.clone()))
            .ok_or_else(|| missing("document-number"))?,
        issuer: args
            .document_issuer
            .or(read.as_ref().map(|mrz| mrz.issuer))
            .unwrap_or(nationality),
        expires: read.as_ref().and_then(|mrz| mrz.expires),
        mrz_checked: read.is_some(),
    };
    Ok(ApplicationForm {
        person: args.person,
        purpose: match (args.replaces, args.renews) {
            (Some(of), _) => ApplicationPurpose::Replacement { of },
            (None, Some(of)) => ApplicationPurpose::Renewal { of },
            (None, None) => ApplicationPurpose::First,
        },
        name: PersonName::new(
            args.surnames.as_deref().unwrap_or(&read_name.surnames),
            args.given.as_deref().unwrap_or(&read_name.given),
        ),
        birth: args
            .birth
            .or(read.as_ref().and_then(|mrz| mrz.birth))
            .ok_or_else(|| missing("birth"))?,
        sex: args
            .sex
            .or(read.as_ref().map(|mrz| mrz.sex))
            .ok_or_else(|| missing("sex"))?,
        nationality,
        residence: args.residence,
        cui: args.cui,
        documents: vec![document],
        under_guardianship: args.under_guardianship,
        accompaniment: if args.with_both_parents {
            Accompaniment::BothParentsOrGuardians
        } else {
            Accompaniment::NotBoth {
                permission: args.permission,
                birth_certificate_issued: args.birth_certificate,
            }
        },
        portrait: None,
    })
}

async fn print_card(
    service: &Service,
    shown: &Shown,
    args: &Print,
) -> Result<Answer, ServiceError> {
    let record = service
        .card(
            &service
                .permit(&officer(&args.acting, Role::Desk))
                .await?
                .reading(How::Print),
            args.number,
        )
        .await?;
    match print::card_pdf(service, &shown.texts, shown.demo, &record) {
        Ok(file) => Ok(Answer {
            exit: 0,
            said: String::new(),
            file: Some(file),
        }),
        Err(error) => Ok(Answer::usage(error.to_string())),
    }
}

async fn revoke(service: &Service, shown: &Shown, args: Revoke) -> Result<Answer, ServiceError> {
    let officer = officer(&args.acting, Role::Supervisor);
    let prepared = service
        .revoke(
            &service.permit(&officer).await?,
            args.number,
            args.reason,
            args.note,
        )
        .await?;
    Ok(Answer::said(match prepared {
        Prepared::Done => format!("{} is revoked\n", args.number),
        // The console has nobody's passkey.
        Prepared::ToSign(id) => format!(
            "not revoked yet: {} signs it with their passkey within ten minutes, at\n{}/firmas/{id}\n",
            officer.number, shown.pages
        ),
    }))
}

async fn forms(service: &Service, shown: &Shown, args: &Forms) -> Result<Answer, ServiceError> {
    let officer = officer(&args.acting, Role::Supervisor);
    let permit = service.permit(&officer).await?;
    let printed = service.print_sheets(&permit, args.kind, args.count).await?;
    let mut numbers = printed.numbers();
    let (first, last) = (numbers.next(), numbers.last());
    let said = match (first, last) {
        (Some(first), Some(last)) => format!("{first} to {last}\n"),
        (Some(only), None) => format!("{only}\n"),
        _ => String::new(),
    };
    Ok(
        match print::blank_pdf(service, &shown.texts, shown.demo, &printed) {
            Ok(file) => Answer {
                exit: 0,
                said,
                file: Some(file),
            },
            Err(error) => Answer::usage(format!(
                "{said}their numbers are drawn, but the sheets were not printed: {error}; print the batch \
                 again under /hojas"
            )),
        },
    )
}

async fn enter(service: &Service, shown: &Shown, args: &Crossing) -> Result<Answer, ServiceError> {
    let officer = officer(&args.acting, Role::Desk);
    let permit = service.permit(&officer).await?;
    let record = match &args.card {
        CardNamed::Number(number) => service.enter(&permit, *number).await?,
        CardNamed::Text(_, text) => service.enter_shown(&permit, text, None).await?,
    };
    let zone = &service.post(&officer)?.zone();
    let show = |moment| {
        let local = zone.local(moment);
        format!("{} (UTC{})", local.date_time, local.offset())
    };
    let mut said = format!(
        "{}\nleave by {}\nnot overstayed until {}\n",
        record.entry.slip,
        show(record.entry.leave_by),
        show(record.entry.not_overstayed_until),
    );
    if let Some(code) = record.entry.receipt {
        say_receipt(&mut said, code, &record.symbol);
    }
    let _ = writeln!(said, "{}", record.entry.slip_text);
    for stay in &record.closed {
        let _ = writeln!(
            said,
            "an earlier stay ({stay}) was open; its exit was not recorded, which is nobody's fault"
        );
    }
    let mut file = None;
    if args.output.is_some() {
        let bearer = service
            .bearer(
                &service.permit(&officer).await?.reading(How::Print),
                args.card.number(),
            )
            .await?;
        match print::slip_pdf(
            service,
            &shown.texts,
            (&shown.pages, shown.demo),
            &bearer,
            &record,
        ) {
            Ok(pdf) => file = Some(pdf),
            Err(error) => {
                let _ = writeln!(
                    said,
                    "the entry is recorded, but its slip was not printed: {error}"
                );
            }
        }
    }
    Ok(Answer {
        exit: 0,
        said,
        file,
    })
}

async fn leave(service: &Service, shown: &Shown, args: &Crossing) -> Result<Answer, ServiceError> {
    let officer = officer(&args.acting, Role::Desk);
    let permit = service.permit(&officer).await?;
    let record = match &args.card {
        CardNamed::Number(number) => service.leave(&permit, *number).await?,
        CardNamed::Text(_, text) => service.leave_shown(&permit, text, None).await?,
    };
    let mut said = match record.stay {
        Some(Stay { entered, entry, .. }) => {
            let late = record.act.at > entry.not_overstayed_until;
            format!(
                "exit recorded; entered {} at {}{}\n",
                entered.at,
                entered.post,
                if late {
                    ", left after the later of both deadlines"
                } else {
                    ""
                }
            )
        }
        None => "exit recorded; no entry had been recorded, which is kept as it is\n".to_owned(),
    };
    let mut file = None;
    if let Some(code) = record.receipt {
        let printed = match service
            .crossing_receipt(
                &service.permit(&officer).await?.reading(How::Print),
                args.card.number(),
                code,
            )
            .await
        {
            Ok(paper) => {
                say_receipt(&mut said, code, &paper.symbol);
                let look = (shown.pages.as_str(), shown.demo);
                let print =
                    || print::exit_pdf(service, &shown.texts, look, args.card.number(), &paper);
                let wanted = args.output.as_ref().map(|_| print());
                wanted.transpose().map_err(|error| error.to_string())
            }
            Err(error) => {
                say_receipt(&mut said, code, &Err(NoSymbol::Unreadable));
                Err(error.to_string())
            }
        };
        match printed {
            Ok(pdf) => file = pdf,
            Err(error) => {
                let _ = writeln!(
                    said,
                    "the exit is recorded, but its receipt was not printed: {error}"
                );
            }
        }
    }
    Ok(Answer {
        exit: 0,
        said,
        file,
    })
}

/// The code and the signed text of a receipt, or why there is none.
fn say_receipt(said: &mut String, code: Code, symbol: &Result<String, NoSymbol>) {
    let _ = writeln!(said, "receipt {code}");
    let _ = match symbol {
        Ok(text) => writeln!(said, "{text}"),
        Err(why) => writeln!(said, "{why}"),
    };
}
