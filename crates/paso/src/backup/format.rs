//! The bytes of a backup before they are compressed and encrypted.
//!
//! A CBOR sequence (RFC 8742) of byte strings, each with a four-byte length, so that it can be cut
//! without being understood; each holds one item, a CBOR array that begins with the item's number:
//!
//! | item | after its number |
//! |---|---|
//! | 0 header, first | `"paso backup 1"`, part, authority, moment, position, first commitment, entries, last entry's hash, schema version, set |
//! | 1 file | path, private or not, content |
//! | 2 table | name, its columns as `[name, 0 text / 1 integer / 2 bytes]` |
//! | 3 row | the cells, in the order of the columns |
//! | 4 end of a table | name, rows, SHA-256 over all its row items |
//! | 5 close, last | SHA-256 over all items before it |
//!
//! So `age -d FILE | zcat` and any CBOR library read a backup without this program.

use minicbor::{Decoder, Encoder, data::Type};
use paso_formats::moment::Moment;
use paso_store::dump::{Cell, Column, Kind};
use sha2::{Digest, Sha256};
use std::io::{self, Read, Write};

/// What a backup begins with.
const MAGIC: &str = "paso backup 1";

/// The head of a CBOR byte string whose length takes four bytes.
const FRAME: u8 = 0x5a;

/// Longest item. No file of a data directory and no row comes near it.
const LONGEST: usize = 64 << 20;

/// Which of the two files a backup is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Journal, entries, log, configuration, bundle, anchor.
    Register,
    /// Subject keys and private keys.
    Keys,
}

impl Part {
    /// The word in its file's name.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Keys => "keys",
        }
    }
}

/// What a backup says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// Which of the two.
    pub part: Part,
    /// Short code of the authority.
    pub authority: String,
    /// When it was made.
    pub moment: Moment,
    /// The last position of the journal then.
    pub position: u64,
    /// The commitment of the journal's first row: which journal it is. None of an empty one.
    pub first: Option<[u8; 32]>,
    /// The number of the last entry then.
    pub entries: u64,
    /// SHA-256 of the last entry then.
    pub last_entry: Option<[u8; 32]>,
    /// The version of the database's schema.
    pub schema: i64,
    /// Random; both files of one run carry the same.
    pub set: [u8; 16],
}

/// A file of the data directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StoredFile {
    /// Its path in the directory, parts joined by `/`.
    pub path: String,
    /// Whether only its owner may read it.
    pub private: bool,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// What a table came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TableEnd {
    /// Its name.
    pub name: String,
    /// Its rows.
    pub rows: u64,
    /// SHA-256 over its row items.
    pub hash: [u8; 32],
}

/// An item behind the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// A file.
    File(StoredFile),
    /// The beginning of a table.
    Table(String, Vec<Column>),
    /// A row of it.
    Row(Vec<Cell>),
    /// Its end.
    End(TableEnd),
}

/// Why a backup cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum FormatError {
    /// Something else was encrypted.
    #[error("it opens, but it is not a backup of paso; name another file")]
    NotABackup,
    /// It ends early.
    #[error("it ends in the middle; take another copy")]
    CutShort,
    /// It does not say what it should.
    #[error("it is damaged ({0}); take another copy")]
    Damaged(&'static str),
    /// The file cannot be read, or does not decrypt.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl From<minicbor::decode::Error> for FormatError {
    fn from(_: minicbor::decode::Error) -> Self {
        Self::Damaged("an item is not understood")
    }
}

/// The row item of these cells: what a table's hash is over.
pub(super) fn row_item(cells: &[Cell], item: &mut Vec<u8>) {
    item.clear();
    let mut to = Encoder::new(item);
    // Writing into a Vec does not fail.
    let _ = to.array(1 + cells.len() as u64).and_then(|to| to.u8(3));
    for cell in cells {
        let _ = match cell {
            Cell::Null => to.null(),
            Cell::Text(text) => to.str(text),
            Cell::Integer(number) => to.i64(*number),
            Cell::Bytes(bytes) => to.bytes(bytes),
        };
    }
}

/// Writes items.
pub(super) struct Writer<W> {
    to: W,
    all: Sha256,
    item: Vec<u8>,
    table: Option<(String, u64, Sha256)>,
}

impl<W: Write> Writer<W> {
    /// Begins a backup.
    pub(super) fn begin(to: W, header: &Header) -> io::Result<Self> {
        let mut writer = Self {
            to,
            all: Sha256::new(),
            item: Vec::new(),
            table: None,
        };
        writer.put(|to| {
            to.array(11)?.u8(0)?.str(MAGIC)?;
            to.str(header.part.word())?.str(&header.authority)?;
            to.i64(header.moment.unix())?.u64(header.position)?;
            optional(to, header.first.as_ref())?;
            to.u64(header.entries)?;
            optional(to, header.last_entry.as_ref())?;
            to.i64(header.schema)?.bytes(&header.set)?;
            Ok(())
        })?;
        Ok(writer)
    }

    /// Writes a file.
    pub(super) fn file(&mut self, file: &StoredFile) -> io::Result<()> {
        self.put(|to| {
            to.array(4)?.u8(1)?.str(&file.path)?;
            to.bool(file.private)?.bytes(&file.bytes)?;
            Ok(())
        })
    }

    /// Begins a table.
    pub(super) fn table(&mut self, name: &str, columns: &[Column]) -> io::Result<()> {
        self.table = Some((name.to_owned(), 0, Sha256::new()));
        self.put(|to| {
            to.array(3)?.u8(2)?.str(name)?.array(columns.len() as u64)?;
            for column in columns {
                let kind = match column.kind {
                    Kind::Text => 0,
                    Kind::Integer => 1,
                    Kind::Bytes => 2,
                };
                to.array(2)?.str(&column.name)?.u8(kind)?;
            }
            Ok(())
        })
    }

    /// Writes a row of the table begun last.
    pub(super) fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        row_item(cells, &mut self.item);
        if let Some((_, rows, hash)) = &mut self.table {
            *rows += 1;
            hash.update(&self.item);
        }
        self.frame()
    }

    /// Ends the table.
    pub(super) fn end_table(&mut self) -> io::Result<()> {
        let Some((name, rows, hash)) = self.table.take() else {
            return Ok(());
        };
        self.put(|to| {
            to.array(4)?.u8(4)?.str(&name)?;
            to.u64(rows)?.bytes(&hash.finalize())?;
            Ok(())
        })
    }

    /// Ends the backup and gives back where it went.
    pub(super) fn close(mut self) -> io::Result<W> {
        let all = self.all.clone().finalize();
        self.put(|to| {
            to.array(2)?.u8(5)?.bytes(&all)?;
            Ok(())
        })?;
        Ok(self.to)
    }

    fn put(
        &mut self,
        fill: impl FnOnce(
            &mut Encoder<&mut Vec<u8>>,
        ) -> Result<(), minicbor::encode::Error<core::convert::Infallible>>,
    ) -> io::Result<()> {
        self.item.clear();
        fill(&mut Encoder::new(&mut self.item)).map_err(io::Error::other)?;
        self.frame()
    }

    fn frame(&mut self) -> io::Result<()> {
        let length = u32::try_from(self.item.len())
            .ok()
            .filter(|_| self.item.len() <= LONGEST)
            .ok_or_else(|| io::Error::other("an item is longer than a backup can hold"))?;
        self.all.update(&self.item);
        self.to.write_all(&[FRAME])?;
        self.to.write_all(&length.to_be_bytes())?;
        self.to.write_all(&self.item)
    }
}

fn optional<'a, W: minicbor::encode::Write>(
    to: &'a mut Encoder<W>,
    hash: Option<&[u8; 32]>,
) -> Result<&'a mut Encoder<W>, minicbor::encode::Error<W::Error>> {
    match hash {
        Some(hash) => to.bytes(hash),
        None => to.null(),
    }
}

/// Reads items and checks every hash on its way.
pub(super) struct Reader<R> {
    from: R,
    all: Sha256,
    item: Vec<u8>,
    table: Option<(String, u64, Sha256)>,
    ended: bool,
}

impl<R: Read> Reader<R> {
    /// Reads the header.
    pub(super) fn begin(from: R) -> Result<(Header, Self), FormatError> {
        let mut reader = Self {
            from,
            all: Sha256::new(),
            item: Vec::new(),
            table: None,
            ended: false,
        };
        let mut first = [0];
        match reader.from.read(&mut first)? {
            1 if first[0] == FRAME => {}
            _ => return Err(FormatError::NotABackup),
        }
        reader.body()?;
        reader.all.update(&reader.item);
        let header = header(&reader.item)?;
        Ok((header, reader))
    }

    /// The next item; none behind the last, when the whole has been found good.
    pub(super) fn next(&mut self) -> Result<Option<Item>, FormatError> {
        if self.ended {
            return Ok(None);
        }
        let mut head = [0];
        self.exactly(&mut head)?;
        if head[0] != FRAME {
            return Err(FormatError::Damaged("an item does not begin as one"));
        }
        self.body()?;
        let mut of = Decoder::new(&self.item);
        let parts = of.array()?.unwrap_or(0);
        let number = of.u8()?;
        if number == 5 {
            if parts != 2 || of.bytes()? != self.all.clone().finalize().as_slice() {
                return Err(FormatError::Damaged("its closing hash differs"));
            }
            if self.table.is_some() {
                return Err(FormatError::Damaged("a table does not end"));
            }
            if self.from.read(&mut head)? != 0 {
                return Err(FormatError::Damaged("something follows its end"));
            }
            self.ended = true;
            return Ok(None);
        }
        self.all.update(&self.item);
        let item = match (number, parts) {
            (1, 4) => Item::File(StoredFile {
                path: of.str()?.to_owned(),
                private: of.bool()?,
                bytes: of.bytes()?.to_vec(),
            }),
            (2, 3) if self.table.is_none() => {
                let name = of.str()?.to_owned();
                let columns = columns(&mut of)?;
                self.table = Some((name.clone(), 0, Sha256::new()));
                Item::Table(name, columns)
            }
            (3, cells) => {
                let Some((_, rows, hash)) = &mut self.table else {
                    return Err(FormatError::Damaged("a row is outside any table"));
                };
                *rows += 1;
                hash.update(&self.item);
                let row: Result<_, _> = (1..cells).map(|_| cell(&mut of)).collect();
                Item::Row(row?)
            }
            (4, 4) => {
                let end = TableEnd {
                    name: of.str()?.to_owned(),
                    rows: of.u64()?,
                    hash: hash(of.bytes()?)?,
                };
                let found = self.table.take().map(|(name, rows, hash)| TableEnd {
                    name,
                    rows,
                    hash: hash.finalize().into(),
                });
                if found.as_ref() != Some(&end) {
                    return Err(FormatError::Damaged("a table's closing hash differs"));
                }
                Item::End(end)
            }
            _ => return Err(FormatError::Damaged("an item is not understood")),
        };
        if of.position() != self.item.len() {
            return Err(FormatError::Damaged("an item is longer than it says"));
        }
        Ok(Some(item))
    }

    /// Reads the length of an item and the item.
    fn body(&mut self) -> Result<(), FormatError> {
        let mut length = [0; 4];
        self.exactly(&mut length)?;
        let length = u32::from_be_bytes(length);
        if usize::try_from(length).is_ok_and(|length| length > LONGEST) {
            return Err(FormatError::Damaged("an item is too long"));
        }
        self.item.clear();
        // Grows with what is there, not with what is claimed.
        let read = self
            .from
            .by_ref()
            .take(u64::from(length))
            .read_to_end(&mut self.item)?;
        if read as u64 != u64::from(length) {
            return Err(FormatError::CutShort);
        }
        Ok(())
    }

    fn exactly(&mut self, bytes: &mut [u8]) -> Result<(), FormatError> {
        self.from
            .read_exact(bytes)
            .map_err(|error| match error.kind() {
                io::ErrorKind::UnexpectedEof => FormatError::CutShort,
                _ => FormatError::Io(error),
            })
    }
}

fn header(item: &[u8]) -> Result<Header, FormatError> {
    let mut of = Decoder::new(item);
    let begins = (|| {
        Ok::<_, minicbor::decode::Error>(
            of.array()? == Some(11) && of.u8()? == 0 && of.str()? == MAGIC,
        )
    })();
    if !begins.unwrap_or(false) {
        return Err(FormatError::NotABackup);
    }
    let header = Header {
        part: match of.str()? {
            "register" => Part::Register,
            "keys" => Part::Keys,
            _ => return Err(FormatError::NotABackup),
        },
        authority: of.str()?.to_owned(),
        moment: Moment::from_unix(of.i64()?),
        position: of.u64()?,
        first: optional_hash(&mut of)?,
        entries: of.u64()?,
        last_entry: optional_hash(&mut of)?,
        schema: of.i64()?,
        set: of
            .bytes()?
            .try_into()
            .map_err(|_| FormatError::Damaged("its set is not named"))?,
    };
    if of.position() != item.len() {
        return Err(FormatError::NotABackup);
    }
    Ok(header)
}

fn columns(of: &mut Decoder<'_>) -> Result<Vec<Column>, FormatError> {
    let count = of.array()?.unwrap_or(0);
    (0..count)
        .map(|_| {
            if of.array()? != Some(2) {
                return Err(FormatError::Damaged("a column is not understood"));
            }
            Ok(Column {
                name: of.str()?.to_owned(),
                kind: match of.u8()? {
                    0 => Kind::Text,
                    1 => Kind::Integer,
                    2 => Kind::Bytes,
                    _ => return Err(FormatError::Damaged("a column is not understood")),
                },
            })
        })
        .collect()
}

fn cell(of: &mut Decoder<'_>) -> Result<Cell, FormatError> {
    Ok(match of.datatype()? {
        Type::Null => {
            of.null()?;
            Cell::Null
        }
        Type::String => Cell::Text(of.str()?.to_owned()),
        Type::Bytes => Cell::Bytes(of.bytes()?.to_vec()),
        _ => Cell::Integer(of.i64()?),
    })
}

fn hash(bytes: &[u8]) -> Result<[u8; 32], FormatError> {
    bytes
        .try_into()
        .map_err(|_| FormatError::Damaged("a hash is not 32 bytes"))
}

fn optional_hash(of: &mut Decoder<'_>) -> Result<Option<[u8; 32]>, FormatError> {
    if of.datatype()? == Type::Null {
        of.null()?;
        return Ok(None);
    }
    hash(of.bytes()?).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> (Header, Vec<u8>) {
        let header = Header {
            part: Part::Register,
            authority: "mx-test".into(),
            moment: Moment::from_unix(1_404_752_400),
            position: 2,
            first: Some([7; 32]),
            entries: 0,
            last_entry: None,
            schema: 1,
            set: [9; 16],
        };
        let mut writer = Writer::begin(Vec::new(), &header).unwrap();
        let file = StoredFile {
            path: "anchor.txt".into(),
            private: false,
            bytes: b"anchor".to_vec(),
        };
        writer.file(&file).unwrap();
        let columns = [
            Column {
                name: "a".into(),
                kind: Kind::Text,
            },
            Column {
                name: "b".into(),
                kind: Kind::Bytes,
            },
        ];
        writer.table("t", &columns).unwrap();
        for row in [
            [Cell::Text("é".into()), Cell::Bytes(vec![1, 2])],
            [Cell::Integer(-1), Cell::Null],
        ] {
            writer.row(&row).unwrap();
        }
        writer.end_table().unwrap();
        (header, writer.close().unwrap())
    }

    fn read(bytes: &[u8]) -> Result<(Header, Vec<Item>), FormatError> {
        let (header, mut reader) = Reader::begin(bytes)?;
        let mut items = Vec::new();
        while let Some(item) = reader.next()? {
            items.push(item);
        }
        Ok((header, items))
    }

    #[test]
    fn what_is_written_is_read() {
        let (header, bytes) = sample();
        let (found, items) = read(&bytes).unwrap();
        assert_eq!(found, header);
        assert_eq!(items.len(), 5);
        assert!(matches!(&items[4], Item::End(end) if end.rows == 2 && end.name == "t"));
        assert_eq!(
            items[3],
            Item::Row(vec![Cell::Integer(-1), Cell::Null]),
            "cells keep their kind"
        );
    }

    #[test]
    fn no_beginning_of_it_and_no_flipped_bit_is_taken_for_it() {
        let (_, bytes) = sample();
        for length in 0..bytes.len() {
            assert!(read(&bytes[..length]).is_err(), "cut at {length}");
        }
        for place in 0..bytes.len() {
            for bit in 0..8 {
                let mut flipped = bytes.clone();
                flipped[place] ^= 1 << bit;
                assert!(read(&flipped).is_err(), "bit {bit} of byte {place}");
            }
        }
        let longer = [bytes.as_slice(), &[0]].concat();
        assert!(read(&longer).is_err(), "something follows");
    }
}
