# SPDX-License-Identifier: MIT
# --help everywhere; the man page knows every verb and every option.
. "$SOURCE_ROOT/tests/cli/common.sh"
page="$SOURCE_ROOT/docs/scilama.1"
"$SCILAMA" --version | grep -q "^scilama [0-9]" || fail "--version"
verbs=$("$SCILAMA" --help | sed -n 's/^  \([a-z]*\)  *.*/\1/p')
[ -n "$verbs" ] || fail "--help lists no verb"
for verb in $verbs; do
    "$SCILAMA" "$verb" --help > help.txt 2> err.txt || fail "$verb --help"
    [ -s err.txt ] && fail "$verb --help writes to stderr"
    grep -q -e "--threads" help.txt || fail "$verb --help lacks the common options"
    grep -q "^\.SS $verb" "$page" || fail "the man page lacks $verb"
    for option in $(sed -n 's/^  \(-., \)\{0,1\}--\([a-z0-9-]*\).*/\2/p' help.txt); do
        tr -d '\\' < "$page" | grep -q -e "--$option" || fail "the man page lacks --$option of $verb"
    done
done
# Of fit it says what --help says.
if command -v python3 > /dev/null 2>&1; then
    SCILAMA=$SCILAMA python3 "$SOURCE_ROOT/docs/manual.py" check || fail "the man page of fit"
fi
finish
