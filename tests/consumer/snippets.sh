#!/usr/bin/env bash
# A test: every marked snippet of the guide stands word for word in the file that it names, so that what a reader copies
# is what we compile. A snippet is marked on the line before its fence: <!-- from FILE -->, with FILE seen from sdk/; the
# placeholder NAME of the template stands for the guide's `hello`. A C++ snippet without a mark is an offence.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../../sdk"

awk '
    function check(   text, line, found) {
        text = ""
        while ((getline line < file) > 0) text = text line "\n"
        close(file)
        if (file ~ /^template\//) gsub(/NAME/, "hello", text)
        if (text == "") { print "README.md:" at ": there is no " file "."; bad = 1 }
        else if (index(text, body) == 0) { print "README.md:" at ": this does not stand in " file ":\n" body; bad = 1 }
    }
    /^<!-- from .* -->$/ { mark = $3; next }
    /^```/ && !open {
        open = 1; body = ""; at = FNR; file = mark
        if ($0 ~ /^```(cpp|c)$/ && mark == "") { print "README.md:" at ": a C++ snippet names no file."; bad = 1 }
        mark = ""; next
    }
    /^```$/ && open { open = 0; if (file != "") { count++; check() } next }
    open { body = body $0 "\n"; next }
    { mark = "" }
    END {
        if (count == 0) { print "README.md: no snippet is marked."; bad = 1 }
        if (bad) exit 1
        print "snippets: " count " stand in their files"
    }' README.md
