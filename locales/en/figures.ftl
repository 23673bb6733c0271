# Figures per officer, and monthly counts.

figures-title = Figures per officer
figures-lead = Each figure is a question, not an answer: it sets what an officer did beside what is usual at the post, and says how much so few cases can tell. There are no totals, ranks or scores.
figures-post = Post
figures-post-unknown = There is no post of that code. Choose one from the list.
figures-from = From
figures-to = To
figures-days-wrong = Write a first and a last day, at most 400 days apart.
figures-ask = Show figures
figures-export = Download (CSV)
figures-officer = Officer
figures-count = Cases
figures-share = Share
figures-beside = Beside the usual
figures-of = { $some } of { $of }
figures-percent = { $whole }.{ $tenth }%
figures-between = between { $low } and { $high } with 95% certainty
figures-usual = Usual at this post is { $share }: the middle share of officers with 20 cases or more.
figures-no-usual = Fewer than three officers of this post have 20 cases or more: what is usual is not said.
figures-none = There were no cases in those days.
figures-to-come = Overrides and releases without a countersignature will be counted with the custody register.

figures-late-title = What came late
figures-late-about = Of each day's acts at this post: how many stood on paper first, and how many reached the hub after their time. Late is not wrong: it is a question about the post, and about nobody.
figures-late-none = In those days nothing stood on paper and nothing arrived after its time.
figures-late-day = Day
figures-late-of = Acts
figures-late-paper = On paper first
figures-late-carried = Arrived late
figures-late-export = Download what came late (CSV)
figures-late-sheets = Sheets of paper of this post

measure-refusals = Applications refused
measure-without-receipt = Encounters without a receipt
measure-read-without-act = Records opened without any act
measure-beyond-purpose = Attempts beyond their purpose
measure-unsigned = Grave acts without their own signature
measure-about-refusals = Of the applications decided, how many were refused.
measure-about-without-receipt = Of the encounters recorded, for how many no receipt was given.
measure-about-read-without-act = Of the records opened one by one, for how many nothing was done for that person from ten minutes before until an hour after.
measure-about-beyond-purpose = Of all that was done or tried, how often it was something their purpose does not allow.
measure-about-unsigned = Of refusals, revocations and merges of records, how many carry no passkey's signature.

beside-few-acts = Too few cases to compare
beside-few-officers = Too few officers to compare
beside-usual = As usual
beside-above = Above the usual: worth a question
beside-below = Below the usual

aggregates-title = Monthly counts
aggregates-lead = What was done at a post, month by month, without persons or officers. Counts from 1 to 4 are published as “<5”.
aggregates-act = Act
aggregates-count = Times
aggregates-none = Nothing in this month.

way-figures = Figures
way-aggregates = Counts
home-figures = See figures per officer
home-figures-hint = What each officer did, beside what is usual at their post.
home-aggregates = See monthly counts
home-aggregates-hint = How many acts of each kind, without persons or officers.
