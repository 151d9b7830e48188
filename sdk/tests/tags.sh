#!/usr/bin/env bash
# A test: every function pointer of the ABI says on which thread it is called, [strand] or [any-thread], and who owns
# what crosses: a document is "handed over", text and trees that are passed are "borrowed". The thread stands in its own
# comment; ownership there, above its struct, or at the top of the header. Usage: tags.sh [HEADER...]
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../include"
(( $# > 0 )) || set -- outrigger/abi.h outrigger/abi/*.h

awk '
    function offence(text) { print place ": " name " " text; offences++ }
    # One declaration: `comment` stands above or in it, `code` is what a compiler sees.
    function declaration() {
        if (code ~ /^ *typedef struct .*\{/) about = comment
        if (code ~ /\( *\* *[A-Za-z_][A-Za-z0-9_]*(\[[^]]*\])? *\) *\(/) {
            name = code
            sub(/^[^(]*\( *\* */, "", name)
            sub(/[^A-Za-z0-9_].*/, "", name)
            arguments = code
            sub(/^[^(]*\([^)]*\)/, "", arguments)
            pointers++
            said = comment " " about " " top
            if (comment !~ /\[(strand|any-thread)\]/)
                offence("says of no thread: put [strand] or [any-thread] into the comment above it")
            if (arguments ~ /or_doc *\*/ && said !~ /handed over|handed out|frees the tree/)
                offence("hands over a document and does not say so: write whether it is handed over")
            if (arguments ~ /or_str|const [a-z0-9_]+ *\*/ && said !~ /borrow/)
                offence("takes text or a tree and does not say whose it is: write that it is borrowed")
        }
        code = comment = ""
    }
    FNR == 1 { top = about = comment = code = ""; open = heading = 0; seen_top = 0 }
    {
        rest = $0
        while (rest != "") {
            if (open) {
                at = index(rest, "*/")
                comment = comment " " (at ? substr(rest, 1, at - 1) : rest)
                rest = at ? substr(rest, at + 2) : ""
                open = !at
                if (at && !seen_top) { top = comment; comment = ""; seen_top = 1 }
            } else {
                at = index(rest, "/*")
                piece = at ? substr(rest, 1, at - 1) : rest
                if (code == "" && piece ~ /[^ \t]/) place = FILENAME ":" FNR
                if (piece ~ /[^ \t]/) code = code " " piece
                # Between declarations the last comment counts, within one all of them do.
                if (at && code == "") comment = ""
                rest = at ? substr(rest, at + 2) : ""
                open = at > 0
            }
        }
        if (code ~ /^ *#/) { if (code !~ /\\$/) code = comment = "" }
        else if (!open && code ~ /[;{}] *$/) declaration()
    }
    END {
        if (pointers < 1) { print "tags: no function pointer found; where are the headers?"; exit 1 }
        if (offences) { print "tags: " offences " offences"; exit 1 }
        print "tags: " pointers " function pointers say their thread and who owns what"
    }' "$@"
