# What stands around every page: brand, navigation, dates, forms, home, sign-in, help.

skip-to-content = Skip to content
error-prefix = Error:
full-banner = The disk is full. Only readings and custody are recorded; all else waits. Call the office that runs the system.
demo-banner = DEMO · Fictional people, not valid.
nav-label = Sections
sign-out = Sign out
footer-free = The card, checks and receipts are free of charge.

role-desk = Desk
role-checkpoint = Checkpoint
role-supervisor = Supervision

way-home = Home
way-desk = Desk
way-crossing = Crossing
way-checkpoint = Check
way-today = Today
way-receipt = Receipt
way-help = Help

weekday-mon = Monday
weekday-tue = Tuesday
weekday-wed = Wednesday
weekday-thu = Thursday
weekday-fri = Friday
weekday-sat = Saturday
weekday-sun = Sunday
weekday-short-mon = Mon
weekday-short-tue = Tue
weekday-short-wed = Wed
weekday-short-thu = Thu
weekday-short-fri = Fri
weekday-short-sat = Sat
weekday-short-sun = Sun
month-of-year = { $month } { $year }
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
month-short-1 = Jan
month-short-2 = Feb
month-short-3 = Mar
month-short-4 = Apr
month-short-5 = May
month-short-6 = Jun
month-short-7 = Jul
month-short-8 = Aug
month-short-9 = Sep
month-short-10 = Oct
month-short-11 = Nov
month-short-12 = Dec
date-short = { $day } { $month } { $year }
date-long = { $weekday } { $day } { $month } { $year }
date-weekday = { $weekday } { $date }
date-time = { $date }, { $time } ({ $offset })
length-days = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
length-hours = { $n ->
    [one] { $n } hour
   *[other] { $n } hours
}
length-minutes = { $n ->
    [one] { $n } minute
   *[other] { $n } minutes
}
length-moment = less than a minute
length-and = { $first } and { $second }

summary-title = Please check the following
field-day = Day
field-month = Month
field-year = Year
choose-one = Choose one
back = Back
print-pdf = Print (PDF)
all-in-zone = Times of { $zone }.

home-title = Home
home-lead-desk = Serve a person in one sitting: the answer is immediate and free of charge.
home-lead-checkpoint = Check the card, compare it with the document, and always give a receipt.
home-lead-supervisor = Revoke cards, join records of one person, and review what was done.
home-issue = Receive an application
home-issue-hint = Read the document, see the answer, issue the card or refuse it with reasons.
home-crossing = Record an entry or exit
home-crossing-hint = With the card's number or its QR code.
home-check = Check a card
home-check-hint = With the scanner, a photo or the text of the code.
home-encounter = Record an encounter without a card
home-encounter-hint = Every check leaves a receipt, also without a card.
home-sign = Show the sign of this checkpoint
home-sign-hint = Whoever passes checks with their phone that the check is real.
home-today = Today's acts
home-today-hint = What this post has recorded, day by day.
home-receipt = Find a receipt
home-receipt-hint = With the eight characters of its code.
home-open-card = Open a card
home-open-card-hint = With its number, such as TAL-7K3M-9Q2X-F.
home-open = Open

sign-in-title = Sign in to Paso
sign-in-lead = Use the passkey you registered on your device. No number or password is typed.
sign-in-button = Sign in
sign-in-note = Your session ends after 15 minutes without use, or after 8 hours. Everything you record will carry your officer number.
welcome-title = Paso
welcome-lead = The system of the Regional Visitor Card.
welcome-how = You sign in with the passkey that each officer registered on their own device.
welcome-demo = In this demonstration the links are shown in the terminal where you started it.
signed-out-title = Signed out
signed-out = You can close this window.

help-title = Help
help-card-title = The card
help-card = It is free of charge. It is issued or refused at once; if refused, the person leaves with the reasons, and with what they can do, in writing.
help-lights-title = The three results of a check
help-green = Green: proven. Compare with the document and let the person go on.
help-amber = Amber: we lack something to prove it. It never justifies holding a person.
help-red = Red: not good here and now. Do only what the screen says.
help-clocks-title = The two clocks of a stay
help-clocks = The entry slip says "Leave by" and "Not overstayed until". Between the two dates the stay is still valid.
help-receipt-title = The receipt
help-receipt = Every encounter leaves a receipt with the person. It names neither them nor their card; its code is how it is found again.
help-scanner-title = The scanner
help-scanner = A hand scanner types into the field where the cursor is. Click into the large field and scan the code.
help-keyboard-title = With the keyboard
help-keyboard = Tab goes forward, Shift+Tab back, Space ticks boxes and Enter presses buttons.

list-and = { $first } and { $last }
list-or = { $first } or { $last }
