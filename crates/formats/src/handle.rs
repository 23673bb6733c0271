//! An episode's handle as people say it: four words for a telephone, eight characters for a list.
//!
//! A handle has 128 bits, and nobody reads 32 digits to a lawyer over a bad line. The words carry its
//! first 32 bits: enough to find one of a place's episodes and to notice that it is another, not enough
//! to prove anything, which the receipt's code does. Whoever has the words still needs a role to see
//! anything.

use core::{fmt, str::FromStr};

use crate::receipt::Code;

/// 256 words that everybody knows, without accents, each unlike all others in its first four letters.
/// Things of house, field and sky: none names a place, a people, an animal that is an insult, a body or
/// a quarrel. Stored on paper: never reorder, never replace.
const WORDS: [&str; 256] = [
    "abeja", "abril", "acera", "aguja", "alba", "aldea", "almeja", "altar", "ancla", "anillo",
    "antena", "arado", "arbol", "arena", "aroma", "arpa", "arroz", "avena", "avion", "azucar",
    "bahia", "balcon", "bambu", "banco", "barco", "barniz", "barril", "baul", "blusa", "boleto",
    "bolsa", "bosque", "brisa", "broche", "buzon", "cable", "cacao", "cadena", "cafe", "cajon",
    "caldo", "camino", "capa", "carbon", "carta", "casco", "cedro", "ceiba", "cena", "cereza",
    "cesta", "chile", "ciclon", "cielo", "cima", "cinta", "clavel", "cobija", "cocina", "codice",
    "colina", "collar", "cometa", "concha", "copal", "coral", "corcho", "cuento", "cuerda",
    "cumbre", "cupula", "danza", "dibujo", "dintel", "dorado", "ducha", "ebano", "elote", "encino",
    "enero", "esfera", "espejo", "fabula", "farol", "feria", "ficha", "fiesta", "flauta", "flecha",
    "flor", "fogata", "fragua", "frasco", "frijol", "fruta", "fuente", "funda", "gaita", "globo",
    "gorra", "grillo", "guante", "hamaca", "harina", "hielo", "hilo", "hoja", "hongo", "horno",
    "huerto", "idioma", "iguana", "isla", "jabon", "jardin", "jarra", "jazmin", "jicara", "junio",
    "laguna", "lana", "lapiz", "laurel", "lente", "libro", "liebre", "lima", "litera", "llave",
    "lluvia", "loma", "luna", "lupa", "maceta", "madera", "maiz", "maleta", "mango", "mapa",
    "martes", "melon", "mesa", "metal", "miel", "milpa", "molino", "moneda", "mora", "mueble",
    "muelle", "musgo", "nave", "nevado", "nido", "nieve", "nogal", "noria", "nube", "nuez",
    "oceano", "oficio", "olivo", "olla", "onda", "opera", "orilla", "orquidea", "oveja", "pajaro",
    "palma", "panal", "papaya", "patio", "pelota", "pera", "perla", "pesca", "petate", "piano",
    "piedra", "pino", "planta", "plaza", "pluma", "pozo", "prado", "puente", "puerto", "queso",
    "rama", "rancho", "rebozo", "recado", "regla", "reloj", "remo", "resina", "ribera", "rifa",
    "rincon", "roble", "rocio", "romero", "rosa", "rueda", "ruta", "sabado", "saco", "salsa",
    "sandia", "sarape", "sauce", "seda", "silla", "sobre", "sombra", "sopa", "surco", "tabla",
    "taller", "tambor", "tapete", "tarde", "taza", "techo", "tejido", "telar", "tema", "tierra",
    "tijera", "tinta", "toalla", "tomate", "torre", "trebol", "trigo", "trompo", "tunel", "umbral",
    "valle", "vapor", "vaso", "vela", "verano", "vereda", "viento", "vino", "violin", "yema",
    "yeso", "yute", "zacate", "zafiro", "zapote", "zarza", "zorzal",
];

/// Letters by which a word is known: a line that swallows the rest leaves it readable.
const KNOWN_BY: usize = 4;

/// The first 32 bits of an episode's handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShortHandle(Code);

/// The text is no short handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not an episode's handle; it is four words, as on the receipt, or eight characters such as 2C7K-9XRT"
)]
pub struct NotAHandle;

impl ShortHandle {
    /// The short form of a handle.
    #[must_use]
    pub const fn of(handle: &[u8; 16]) -> Self {
        let [a, b, c, d, ..] = *handle;
        Self(Code::from_random([a, b, c, d]))
    }

    /// The four words, to be said aloud: `maiz · puente · luna · ceiba`.
    #[must_use]
    pub fn words(self) -> String {
        let words = self.0.to_bytes().map(|byte| WORDS[usize::from(byte)]);
        words.join(" · ")
    }

    /// Whether a handle begins like this.
    #[must_use]
    pub fn begins(self, handle: &[u8; 16]) -> bool {
        self == Self::of(handle)
    }
}

/// As on lists: `2C7K-9XRT`.
impl fmt::Display for ShortHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for ShortHandle {
    type Err = NotAHandle;

    /// Reads words or characters. It forgives case, accents, what stands between, and of each word all
    /// but its first four letters.
    fn from_str(text: &str) -> Result<Self, NotAHandle> {
        if let Ok(code) = text.trim().parse() {
            return Ok(Self(code));
        }
        let text = text.to_lowercase();
        let mut words = text
            .split(|character: char| !character.is_alphabetic())
            .filter(|word| !word.is_empty());
        let mut bytes = [0; 4];
        for byte in &mut bytes {
            *byte = words.next().and_then(place).ok_or(NotAHandle)?;
        }
        match words.next() {
            None => Ok(Self(Code::from_random(bytes))),
            Some(_) => Err(NotAHandle),
        }
    }
}

/// Which of the words one is, by its first letters.
fn place(heard: &str) -> Option<u8> {
    let plain = |letter: char| match letter {
        'á' => 'a',
        'é' => 'e',
        'í' => 'i',
        'ó' => 'o',
        'ú' | 'ü' => 'u',
        'ñ' => 'n',
        other => other,
    };
    let heard: String = heard.chars().map(plain).take(KNOWN_BY).collect();
    let found = WORDS
        .iter()
        .position(|word| word.get(..KNOWN_BY) == Some(&heard))?;
    u8::try_from(found).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn words_are_plain_and_each_is_known_by_its_first_letters() {
        let heads: BTreeSet<_> = WORDS.iter().map(|word| &word[..KNOWN_BY]).collect();
        assert_eq!(heads.len(), WORDS.len());
        for word in WORDS {
            assert!((4..=8).contains(&word.len()), "{word}");
            assert!(word.bytes().all(|byte| byte.is_ascii_lowercase()), "{word}");
        }
        // On paper for ever: who prints again prints the same.
        assert_eq!(
            ShortHandle::of(&[0, 1, 254, 255, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9]).words(),
            "abeja · abril · zarza · zorzal"
        );
    }

    #[test]
    fn every_byte_is_said_and_heard() {
        for byte in 0..=u8::MAX {
            let handle = [byte; 16];
            let short = ShortHandle::of(&handle);
            assert_eq!(short.words().parse(), Ok(short));
            assert_eq!(short.to_string().parse(), Ok(short));
            assert!(short.begins(&handle));
            assert!(!short.begins(&[byte ^ 1; 16]));
        }
    }

    #[test]
    fn it_is_typed_as_it_was_heard() {
        let mut handle = [7; 16];
        for (byte, word) in handle.iter_mut().zip(["maiz", "avion", "luna", "concha"]) {
            *byte = place(word).unwrap();
        }
        let short = ShortHandle::of(&handle);
        for typed in [
            "maiz · avion · luna · concha",
            " Maíz, AVIÓN luna-conchas ",
            "MAIZ AVIO LUNA CONC",
            &short.to_string().to_lowercase(),
        ] {
            assert_eq!(typed.parse(), Ok(short), "{typed}");
        }
        for wrong in [
            "",
            "maiz avion luna",
            "maiz avion luna concha mesa",
            "mai avion luna concha",
            "maiz avion luna xyzw",
            "2C7K",
        ] {
            assert_eq!(wrong.parse::<ShortHandle>(), Err(NotAHandle), "{wrong}");
        }
    }
}
