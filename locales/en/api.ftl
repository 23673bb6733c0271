# What programs are told.

problem-title-no-token = A valid token is missing
problem-no-token = This address asks for a token in the Authorization header, and the one that came is missing, unknown, expired or was taken back. Ask the administration for one.
problem-title-unsupported = The body is not JSON
problem-unsupported = Send the body as application/json and say so in the Content-Type header.
problem-title-unreadable = It could not be read
problem-unreadable = The body is incomplete or is not JSON. Nothing was recorded. Correct it and send it again.
problem-title-invalid = The request says something that cannot be
problem-invalid = A field is missing, is not known, or does not have the form described. Nothing was recorded. See “reading” for which.
problem-title-key-reused = That key was used already
problem-key-reused = Something else was asked under that key before. Nothing new was recorded. Use a new key for each act.
problem-title-who-is-it = This may be somebody the register knows
problem-who-is-it = There are records that may be of this person; they are in “known”. Nothing was issued. Look at them and send the one it is, or “new” if it is none.
problem-title-too-large = Too large
problem-too-large = The body is larger than is allowed. Nothing was recorded.
problem-title-late = It took too long
problem-late = The system did not finish in time. Repeat it under the same key, or look first in the day's acts whether it was recorded.
