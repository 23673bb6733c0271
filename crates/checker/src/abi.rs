//! The functions a page calls, by hand: five names, numbers in and out, one buffer each way.
//!
//! A page asks for room with [`paso_input`], writes there, calls one of [`paso_open`], [`paso_judge`] and [`paso_read`],
//! and gets back how many bytes of JSON stand at [`paso_output`]. The buffers belong to this module, so no
//! pointer that comes from outside is ever followed and no `unsafe` block is needed. Memory may move
//! when room is asked for: a page takes a fresh view each time.
//!
//! A trap leaves the instance as it was in the middle of something: a page throws it away.

#![expect(
    unsafe_code,
    reason = "`no_mangle` gives the functions names that a page can call. Two functions of one name in \
              one program are what that could break: `open` and `read` alone would take the place of \
              the C library's, hence the prefix"
)]

use core::cell::RefCell;

use paso_formats::{moment::Moment, verdict::Clock};
use serde_json::{Value, json};

use crate::{
    Checker, answer,
    phone::{self, DraftError},
};

/// The most bytes of room: a frame of eight megapixels in colours, or the largest bundle.
const MOST_INPUT: usize = 32 * 1024 * 1024;

#[derive(Default)]
struct Desk {
    input: Vec<u8>,
    output: Vec<u8>,
    checker: Checker,
}

impl Desk {
    fn say(&mut self, answer: &Value) -> usize {
        self.output = answer.to_string().into_bytes();
        self.output.len()
    }
}

thread_local! {
    static DESK: RefCell<Desk> = RefCell::default();
}

fn at_desk<T>(work: impl FnOnce(&mut Desk) -> T) -> T {
    DESK.with_borrow_mut(work)
}

/// Makes room for `length` bytes and says where; more than there can be makes room for none.
#[unsafe(no_mangle)]
pub extern "C" fn paso_input(length: usize) -> *mut u8 {
    at_desk(|desk| {
        let length = if length > MOST_INPUT { 0 } else { length };
        desk.input.clear();
        desk.input.resize(length, 0);
        desk.input.as_mut_ptr()
    })
}

/// Where the last answer stands.
#[unsafe(no_mangle)]
pub extern "C" fn paso_output() -> *const u8 {
    at_desk(|desk| desk.output.as_ptr())
}

/// Takes up the bundle behind the first `anchor` bytes of the input, which are the anchor's text.
#[unsafe(no_mangle)]
pub extern "C" fn paso_open(anchor: usize) -> usize {
    at_desk(|desk| {
        let input = core::mem::take(&mut desk.input);
        let (anchor, bundle) = input.split_at_checked(anchor).unwrap_or((&[], &[]));
        let anchor = String::from_utf8_lossy(anchor);
        let said = match desk.checker.open(&anchor, bundle) {
            Ok(bundle) => answer::opened(bundle),
            Err(error) => answer::refused(&error),
        };
        desk.say(&said)
    })
}

/// Judges the texts in the input, one a line, behind a first line with the state where the check
/// takes place; an empty one asks for the holder. Times in Unix seconds.
#[unsafe(no_mangle)]
pub extern "C" fn paso_judge(now: u32, floor: u32) -> usize {
    at_desk(|desk| {
        let input = core::mem::take(&mut desk.input);
        let input = String::from_utf8_lossy(&input);
        let mut lines = input.split('\n');
        let state = lines.next().filter(|state| !state.is_empty());
        let texts: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
        let clock = Clock {
            now: Moment::from_unix(now.into()),
            floor: Moment::from_unix(floor.into()),
        };
        let said = desk.checker.judge(&texts, state, clock);
        desk.say(&said)
    })
}

/// Reads the symbols in a frame: red, green, blue and alpha of each pixel in the input. The answer is
/// a list of texts.
#[unsafe(no_mangle)]
pub extern "C" fn paso_read(width: u32, height: u32) -> usize {
    at_desk(|desk| {
        let frame = core::mem::take(&mut desk.input);
        let texts = paso_lens::texts(grey(&frame), width, height);
        desk.say(&json!(texts))
    })
}

/// Says what has to be signed for the record in the input (see [`phone::draft`]).
#[unsafe(no_mangle)]
pub extern "C" fn paso_draft() -> usize {
    record(phone::draft)
}

/// Makes the record in the input, whose parts are signed (see [`phone::finish`]).
#[unsafe(no_mangle)]
pub extern "C" fn paso_finish() -> usize {
    record(phone::finish)
}

fn record(make: impl FnOnce(&Value) -> Result<Value, DraftError>) -> usize {
    at_desk(|desk| {
        // Seeds are in it, and the desk keeps no input: it is overwritten by the next.
        let input = core::mem::take(&mut desk.input);
        let request = serde_json::from_slice(&input).unwrap_or_default();
        let said = make(&request).unwrap_or_else(DraftError::say);
        desk.say(&said)
    })
}

/// Luma of ITU-R BT.601 in 256ths.
fn grey(frame: &[u8]) -> Vec<u8> {
    let (pixels, _) = frame.as_chunks::<4>();
    let luma = |[red, green, blue, _]: &[u8; 4]| {
        let sum = 77 * u32::from(*red) + 150 * u32::from(*green) + 29 * u32::from(*blue);
        // 77 + 150 + 29 = 256, so the mean of bytes is a byte.
        u8::try_from(sum >> 8).unwrap_or(u8::MAX)
    };
    pixels.iter().map(luma).collect()
}
