//! Handover to another authority and from one: the signed files, at the machine of the office that
//! exchanges them. What changes custody is signed by the officer with their passkey, on the page named
//! in the answer; nothing here can.

pub mod cli;

use crate::{
    act::{Answer, Shown},
    cli::Acting,
    taking, verify,
};
use cli::{CustodyCommand, FromAuthority};
use paso_domain::{crossings::PostCode, id::EpisodeId, policy::Role};
use paso_formats::{bundle::VerifiedBundle, handle::ShortHandle, handover::SignedOffer};
use paso_service::{
    Officer, Service, ServiceError,
    approval::Prepared,
    custody::{HandoverForm, Whereto},
};
use std::{collections::BTreeSet, fs, path::Path};

/// Carries a command out.
pub async fn carry_out(
    service: &Service,
    shown: &Shown,
    command: CustodyCommand,
) -> Result<Answer, ServiceError> {
    match command {
        CustodyCommand::Offer(args) => {
            let officer = officer(&args.acting);
            let permit = service.permit(&officer).await?;
            let people: BTreeSet<EpisodeId> = args.episodes.iter().copied().collect();
            let form = HandoverForm {
                to: Whereto::Authority(args.to.clone()),
                counted: args.counted,
                reason: args.reason.clone(),
                leg: None,
            };
            let (handover, prepared) = service.offer(&permit, &people, &form).await?;
            Ok(Answer::said(format!(
                "{}when it is signed: paso custody offer-file {handover}\n",
                to_sign(&prepared, &officer, shown)
            )))
        }
        CustodyCommand::OfferFile(args) => {
            let permit = service.permit(&officer(&args.acting)).await?;
            let file = service.offer_file(&permit, args.handover).await?;
            Ok(Answer {
                file: Some(file),
                ..Answer::said(String::new())
            })
        }
        CustodyCommand::CountIn(args) => {
            let officer = officer(&args.acting);
            let permit = service.permit(&officer).await?;
            let (file, other) = read(&args.from)?;
            let signed = SignedOffer::unverified(&file)?;
            let listed: Vec<_> = signed
                .offer()
                .people
                .iter()
                .map(|one| one.episode.0)
                .collect();
            let mut present = BTreeSet::new();
            for handle in &listed {
                if !args.missing.iter().any(|said| said.begins(handle)) {
                    let _ = present.insert(*handle);
                }
            }
            if present.len() + args.missing.len() != listed.len() {
                return Ok(Answer::usage(format!(
                    "{} are on the list, and --missing names somebody who is not, or two at once; \
                     compare the handles on the offer",
                    listed.len()
                )));
            }
            let counted = service
                .receive(&permit, &file, &other, &present, args.counted)
                .await?;
            Ok(Answer::said(format!(
                "{}when it is signed: paso custody acceptance\n",
                to_sign(&counted.prepared, &officer, shown)
            )))
        }
        CustodyCommand::Acceptance(args) => {
            let permit = service.permit(&officer(&args.acting)).await?;
            let (file, other) = read(&args.from)?;
            let answer = service.acceptance_file(&permit, &file, &other).await?;
            Ok(Answer {
                file: Some(answer),
                ..Answer::said(String::new())
            })
        }
        CustodyCommand::Answered(args) => {
            let officer = officer(&args.acting);
            let permit = service.permit(&officer).await?;
            let (file, other) = read(&args.from)?;
            let prepared = service.accepted_abroad(&permit, &file, &other).await?;
            Ok(Answer::said(to_sign(&prepared, &officer, shown)))
        }
        CustodyCommand::Asked(args) => taking::asked(service, &args).await,
        CustodyCommand::Openings(args) => taking::openings(service, &args).await,
        CustodyCommand::Answer(args) => taking::answer(service, shown, args).await,
    }
}

fn officer(acting: &Acting) -> Officer {
    acting_as(acting, Role::Custody)
}

/// Whoever acts, in a role.
pub(crate) fn acting_as(acting: &Acting, role: Role) -> Officer {
    let post: PostCode = acting.post;
    Officer {
        number: acting.officer.clone(),
        role,
        post,
    }
}

/// The console has nobody's passkey.
fn to_sign(prepared: &Prepared, officer: &Officer, shown: &Shown) -> String {
    match prepared {
        Prepared::Done => "done\n".into(),
        Prepared::ToSign(id) => format!(
            "not done yet: {} signs it with their passkey within ten minutes, at\n{}/firmas/{id}\n",
            officer.number, shown.pages
        ),
    }
}

/// The file, and the bundle of the authority that sent it, checked with the roots that were exchanged
/// in person.
fn read(from: &FromAuthority) -> Result<(Vec<u8>, VerifiedBundle), ServiceError> {
    let unusable =
        |field: &'static str| move |problem: String| ServiceError::BadRequest { field, problem };
    let bytes =
        |path: &Path| fs::read(path).map_err(|error| format!("{}: {error}", path.display()));
    let file = bytes(&from.file).map_err(unusable("file"))?;
    let bundle = verify::open(&from.anchor, &from.bundle)
        .map_err(|error| format!("{error:#}"))
        .map_err(unusable("bundle"))?;
    Ok((file, bundle))
}

/// A path from the root: the process that reads it runs elsewhere than where it is typed.
pub fn whole_path(text: &str) -> Result<std::path::PathBuf, String> {
    let path = std::path::PathBuf::from(text);
    if path.is_absolute() {
        Ok(path)
    } else {
        Err("write the whole path, from / on: another process reads the file".into())
    }
}

/// A handle as the offer's paper says it.
pub fn short_handle(text: &str) -> Result<ShortHandle, String> {
    text.parse().map_err(|error| format!("{error}"))
}
