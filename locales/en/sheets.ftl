# Numbered sheets of paper: when neither hub nor post works.

home-sheets = Paper sheets
home-sheets-hint = Print numbers, type what was done on paper, see what is missing.
way-sheets = Sheets

sheets-title = Paper sheets
sheets-control-title = Paper sheets, by post
sheets-lead = For the hours in which nothing works: numbered blank sheets. What is written on one is typed later, once, and stays marked late.
sheets-caution = These are numbers and ages, nobody's score: a sheet that is missing is a question to the post, and mostly got wet or lies in a drawer. With few sheets do not compare posts.
sheets-type = Type a sheet
sheet-number = Number of the sheet
sheet-number-hint = Type it or scan its code: P-TAL-E7K3-M901-F
sheets-open = Open
sheets-draw = Print blank sheets
sheet-kind = What for
sheet-kind-application = Card application
sheet-kind-crossing = Entry or exit
sheet-kind-encounter = Check, with a stub for the person
sheet-kind-custody = Opening of custody, with a list
sheet-kind-missing = Choose what the sheets are for.
sheet-count = How many
sheet-count-hint = From 1 to 200. Each number is noted under your name before it is printed.
sheets-draw-go = Draw numbers
sheets-drawn = The numbers are noted. Print the sheets now, and keep them where they are found without light.
sheets-print = Print (PDF)
sheets-voided = It is noted that nothing will be typed from that sheet.
sheets-none = No sheets were printed for this place.
sheets-handed-out = Printed
sheets-used = Typed
sheets-void = Void
sheets-outstanding = Outstanding
sheets-asked = { $n ->
    [one] One sheet has been missing for longer than the programme expects: ask after it.
   *[other] { $n } sheets have been missing for longer than the programme expects: ask after them.
}
sheets-contradicted = { $n ->
    [one] Two things are said of one sheet: whoever leads the post has to clear it up.
   *[other] Two things are said of { $n } sheets: whoever leads the post has to clear it up.
}
sheets-outstanding-list = Which are missing
sheets-settled-list = Which were typed or declared void
sheets-void-title = Declare a sheet void
sheets-void-hint = A sheet that is spoilt, blank, lost or stolen. Nothing can be typed from it afterwards.
sheet-reason = Why
sheet-reason-spoilt = Spoilt before it was filled in
sheet-reason-unused = It came back blank
sheet-reason-lost = It was lost
sheet-reason-stolen = It was stolen
sheet-reason-missing = Choose why.
sheet-words = What happened, in a few words
sheets-void-go = Declare void
sheets-lots = Batches
sheets-lots-hint = Printing a batch again is noted: two papers of one number are a temptation.
sheet-lot = { $kind }: { $count }, on { $at }, by { $officer }
sheet-outstanding = outstanding; printed { $printed }, { $days } d ago
sheet-outstanding-asked = missing; printed { $printed }, { $days } d ago
sheet-used = typed { $recorded } by { $officer }; happened { $happened }; signed by { $signed }
sheet-used-contradicted = two things are said: typed { $recorded } by { $officer }, and again or declared void; happened { $happened }; signed by { $signed }
sheet-voided = void since { $at }, by { $officer }: { $reason }
sheet-shape = Not the number of a sheet; it looks like P-TAL-E7K3-M901-F

sheet-bar = From paper: sheet { $sheet }
sheet-bar-hint = Type what the sheet says, not the present. The rules and clocks are those of the day and hour at which it happened.
sheet-happened = When it happened, as the sheet says ({ $zone })
sheet-happened-missing = Type the day and hour that stand on the sheet.
sheet-signed = Who signed the sheet
sheet-signed-hint = The officer's number on the sheet, even if it is not yours.
sheet-signed-missing = Type the officer's number that stands on the sheet.
sheet-with-card = The person showed a card or slip

paper-late = Recorded late, from sheet { $sheet }
act-late = Recorded late, from sheet { $sheet }: typed { $recorded }; signed on paper by { $signed }.
today-late = Recorded late, from sheet { $sheet }: typed { $recorded }
today-arrived = Reached the hub on { $at }

act-sheet-printed = Blank sheets were printed
act-sheet-used = A sheet was typed
act-sheet-voided = A sheet was declared void
command-sheet-print = Print sheets
command-sheet-use = Type a sheet
command-sheet-void = Declare a sheet void

refusal-sheet-count-impossible = Print from 1 to 200 sheets at a time; more are several batches.
refusal-sheet-not-printed = Nobody here knows of a sheet with that number. Compare it, or type it where it was printed.
refusal-sheet-used-already = What stood on that sheet is recorded already: a number is used once.
refusal-sheet-void = That sheet was declared void or lost. Take it to whoever leads the post, and record nothing.
refusal-sheet-other-kind = That sheet is for another kind of act. Open it from the page of sheets.
refusal-sheet-before-printed = The sheet was printed later than that. Correct the day or the hour.
refusal-sheet-in-future = That hour has not come. Correct the day or the hour.
refusal-sheet-words-missing = Write in a few words why nothing will be typed from it (at most 500 characters).
