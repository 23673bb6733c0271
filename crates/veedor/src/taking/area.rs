//! The states in which somebody may be taken: as coarse as the public list is, and each with the zone
//! in which people there read a clock.

/// Code (ISO 3166-2, or a country), name, and zone of the tz database. Border towns that keep another
/// hour than their state are within the window in which an opening is looked for.
pub const AREAS: [(&str, &str, &str); 35] = [
    ("MX-AGU", "Aguascalientes", "America/Mexico_City"),
    ("MX-BCN", "Baja California", "America/Tijuana"),
    ("MX-BCS", "Baja California Sur", "America/Mazatlan"),
    ("MX-CAM", "Campeche", "America/Mexico_City"),
    ("MX-CHP", "Chiapas", "America/Mexico_City"),
    ("MX-CHH", "Chihuahua", "America/Chihuahua"),
    ("MX-CMX", "Ciudad de México", "America/Mexico_City"),
    ("MX-COA", "Coahuila", "America/Monterrey"),
    ("MX-COL", "Colima", "America/Mexico_City"),
    ("MX-DUR", "Durango", "America/Monterrey"),
    ("MX-MEX", "Estado de México", "America/Mexico_City"),
    ("MX-GUA", "Guanajuato", "America/Mexico_City"),
    ("MX-GRO", "Guerrero", "America/Mexico_City"),
    ("MX-HID", "Hidalgo", "America/Mexico_City"),
    ("MX-JAL", "Jalisco", "America/Mexico_City"),
    ("MX-MIC", "Michoacán", "America/Mexico_City"),
    ("MX-MOR", "Morelos", "America/Mexico_City"),
    ("MX-NAY", "Nayarit", "America/Mazatlan"),
    ("MX-NLE", "Nuevo León", "America/Monterrey"),
    ("MX-OAX", "Oaxaca", "America/Mexico_City"),
    ("MX-PUE", "Puebla", "America/Mexico_City"),
    ("MX-QUE", "Querétaro", "America/Mexico_City"),
    ("MX-ROO", "Quintana Roo", "America/Cancun"),
    ("MX-SLP", "San Luis Potosí", "America/Mexico_City"),
    ("MX-SIN", "Sinaloa", "America/Mazatlan"),
    ("MX-SON", "Sonora", "America/Hermosillo"),
    ("MX-TAB", "Tabasco", "America/Mexico_City"),
    ("MX-TAM", "Tamaulipas", "America/Monterrey"),
    ("MX-TLA", "Tlaxcala", "America/Mexico_City"),
    ("MX-VER", "Veracruz", "America/Mexico_City"),
    ("MX-YUC", "Yucatán", "America/Merida"),
    ("MX-ZAC", "Zacatecas", "America/Mexico_City"),
    ("BZ", "Belize", "America/Belize"),
    ("GT", "Guatemala", "America/Guatemala"),
    ("HN", "Honduras", "America/Tegucigalpa"),
];

/// The name of an area; the code where it is none.
#[must_use]
pub fn name(code: &str) -> &str {
    let found = AREAS.iter().find(|(known, _, _)| *known == code);
    found.map_or(code, |(_, name, _)| name)
}

/// The zone of an area.
#[must_use]
pub fn zone(code: &str) -> Option<&'static str> {
    let found = AREAS.iter().find(|(known, _, _)| *known == code);
    found.map(|(_, _, zone)| *zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_area_is_there_once_and_has_a_clock() {
        for (code, area, zone) in AREAS {
            assert_eq!((name(code), super::zone(code)), (area, Some(zone)));
            assert!(jiff::tz::TimeZone::get(zone).is_ok(), "{zone}");
        }
        assert_eq!((name("XX"), zone("XX")), ("XX", None));
    }
}
