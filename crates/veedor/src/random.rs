//! Randomness, in the one place that may ask the machine for it.

/// The machine has no randomness to give; no key can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the machine's random generator does not answer; no key was made, restart the machine")]
pub struct NoRandomness;

/// `N` bytes of the machine's generator.
pub fn bytes<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that asks the machine"
    )]
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}
