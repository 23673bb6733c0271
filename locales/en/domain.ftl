# The codes of the closed lists and what they mean.

document-kind-dpi = DPI (Guatemalan identity card)
document-kind-passport = Passport
document-kind-identity-and-travel-document = Identity and travel document
document-kind-cedula-de-vecindad = Cédula de vecindad
document-kind-dpi-substitute = Paper in place of a DPI
document-kind-handwritten-passport = Handwritten passport (not machine readable)
document-kind-permanent-residence-visa = Permanent residence visa
document-kind-birth-certificate = Birth certificate
document-kind-other-official-id = Other official identity document
document-kind-other = Other paper

sex-F = Female
sex-M = Male
sex-X = X (unspecified)

country-GTM = Guatemala
country-BLZ = Belize
country-SLV = El Salvador
country-HND = Honduras
country-NIC = Nicaragua
country-CRI = Costa Rica
country-PAN = Panama
country-MEX = Mexico
country-CUB = Cuba
country-DOM = Dominican Republic
country-HTI = Haiti
country-JAM = Jamaica
country-COL = Colombia
country-VEN = Venezuela
country-ECU = Ecuador
country-PER = Peru
country-BOL = Bolivia
country-CHL = Chile
country-ARG = Argentina
country-BRA = Brazil
country-URY = Uruguay
country-PRY = Paraguay
country-USA = United States
country-CAN = Canada
country-ESP = Spain
country-CHN = China
country-XXA = Stateless person
country-XXB = Refugee (1951 Convention)
country-XXC = Refugee (other)

state-MX-CHP = Chiapas
state-MX-TAB = Tabasco
state-MX-CAM = Campeche
state-MX-ROO = Quintana Roo
state-MX-YUC = Yucatán

applicants-national = national of { $country }
applicants-permanent-resident = permanent resident of { $country }

permission-notary = before a notary
permission-justice-of-the-peace = certified by a Justice of the Peace

unmet-no-rule-in-force = No rule of the programme is in force today.
unmet-rule-not-issuable = The rule in force does not allow cards to be issued.
unmet-nationality-not-covered = Neither the nationality nor the residence is covered. The rule covers nationals of { $nationals }.
unmet-nationality-not-covered-residents = Neither the nationality nor the residence is covered. The rule covers nationals of { $nationals } and permanent residents of { $residents }.
unmet-document-missing = A document of { $country } is missing: { $papers }.
unmet-document-missing-any = An official identity document of { $country } is missing.
unmet-document-expired = The document ({ $kind }) expired on { $date }.
unmet-permission-missing = The person is a minor or under guardianship and not with both parents or guardians; the permission { $needed } is missing.
unmet-permission-of-another-kind = The permission shown is { $shown }; the rule asks for one { $needed }.
unmet-birth-in-the-future = The date of birth lies in the future.
unmet-birth-certificate-missing = The person is a minor or under guardianship; a birth certificate issued not more than { $months } months ago is missing.
unmet-birth-certificate-too-old = The birth certificate was issued on { $date }; it must be of { $earliest } or later.
unmet-birth-certificate-from-the-future = The birth certificate bears a future date: { $date }.

cure-none-under-this-programme = Nothing helps at this desk today: come back when a rule is in force, or go to the office that handles other migration procedures.
cure-show-covered-nationality = Show a document that proves a nationality or residence that is covered.
cure-bring-document = Bring one of the documents named. You can come back today or any other day; asking again is free too.
cure-bring-document-in-force = Bring a document that has not expired.
cure-bring-permission = Bring the permission named, or come with both parents or guardians.
cure-bring-birth-certificate = Bring a recent birth certificate; in Guatemala RENAP issues it.
cure-check-date = Compare the date typed with the document.

warning-age-unknown = The date of birth is unknown: the person is treated as a minor.
warning-age-in-doubt = The partial date of birth allows both: the person is treated as a minor.
warning-minors-rule-unsourced = No source says what a minor brings under this rule. Look after the child all the same.
warning-dpi-of-a-child = A DPI is issued from the age of 18, and the person is or may be younger: compare the date.
warning-document-expired-unsourced = The document has expired, and no source says that it must be in force: it does not prevent issuing.
warning-residence-not-proved = The document shown does not prove the residence on which the application rests.

cui-warning-cui-not-thirteen-digits = The CUI does not have thirteen digits. This is only a warning: compare with the document.
cui-warning-cui-check-digit = The check digit of the CUI does not agree. This is only a warning: compare with the document.
cui-warning-cui-unknown-department = The CUI names a department that does not exist ({ $department }). This is only a warning.
cui-warning-cui-unknown-municipality = The CUI names a municipality ({ $municipality }) that is not in the table. This is only a warning: new municipalities are real.

ground-not-eligible = Does not meet the rule in force
ground-document-missing = A document is missing
ground-document-not-accepted = The document cannot be accepted
ground-identity-not-shown = The document is not that of the person who shows it
ground-permission-missing = A minor's permission is missing or not in the form asked for

revocation-lost = The holder says it was lost
revocation-stolen = The holder says it was stolen
revocation-issued-in-error = It was issued in error
revocation-holder-asked = The holder asked for it
revocation-other-condition = The holder took another condition of stay
revocation-ordered = An authority ordered it

standing-issued = In force
standing-expired = Expired
standing-revoked = Revoked
standing-replaced = Replaced

outcome-went-on = Went on
outcome-advised = Went on, advised how to put papers right
outcome-referred-for-protection = Referred for protection (refuge, victims, children)
outcome-medical-help = Received or was taken to medical help
outcome-paper-kept = The paper was kept as evidence against its maker; the person went on
outcome-taken-into-custody = Taken into custody

breach-custody-without-red = The person was taken into custody after a green or amber result. An amber result never justifies custody. The fact was recorded as such.
breach-custody-without-basis = The person was taken into custody without a legal basis or reason. The fact was recorded as such.

mrz-field-document-code = kind of document
mrz-field-issuer = issuing country
mrz-field-document-number = document number
mrz-field-name = name
mrz-field-nationality = nationality
mrz-field-birth-date = date of birth
mrz-field-sex = sex
mrz-field-expiry-date = expiry date
mrz-field-optional-data = optional data
mrz-field-optional-data-2 = second optional data
mrz-field-composite = last check digit, which covers several fields
mrz-empty = There is nothing to read. Put the document on the reader, or copy the lines with < signs at the foot of the page.
mrz-length = There are { $found } characters; an identity card has 90 and a passport 72 or 88. Read it again, with all its lines.
mrz-line-length = Line { $line } has { $found } characters and should have { $expected }. Read or type it again.
mrz-character = Line { $line }, position { $position }: "{ $found }" cannot stand there. Look at the document.
mrz-visa = Those lines are of a visa. Read the passport, and type the visa by hand below.
mrz-check-digit = The check digit of "{ $field }" is { $found } and should be { $expected }. Compare that field with the document.
mrz-value = "{ $field }" says { $found }, which cannot be. Type it by hand from the document.

number-shape = That is not a card's number. It looks like TAL-7K3M-9Q2X-F.
number-check = A character of the number is wrong, or two are swapped. Compare it with the paper.
