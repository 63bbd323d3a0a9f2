# SPDX-License-Identifier: MIT
# What goes wrong is one clear sentence and exit 1; no output is left behind.
. "$SOURCE_ROOT/tests/cli/common.sh"
small_data
head -c 20000 sim.h5ad > cut.h5ad
"$CLI_TOOL" nan sim.h5ad nan.h5ad
"$CLI_TOOL" number sim.h5ad numbered.h5ad
"$CLI_TOOL" rename-table emb.h5 strangers.h5 > /dev/null
echo "not a data set" > text.h5ad

# refuse CODE WORD ARGUMENTS…: WORD must be in the message.
refuse() {
    code=$1
    word=$2
    verb=$3
    shift 3
    status=0
    "$SCILAMA" "$verb" --quiet "$@" > out.txt 2> err.txt || status=$?
    [ "$status" -eq "$code" ] || fail "$verb $*: exit $status instead of $code"
    [ "$(wc -l < err.txt)" -eq 1 ] || fail "$verb $*: not one line: $(cat err.txt)"
    grep -q -e "$word" err.txt || fail "$verb $*: '$word' is not in: $(cat err.txt)"
    for left in out.h5ad m.h5 out.h5ad.* .out*; do
        if [ -e "$left" ]; then
            fail "$verb $*: left $left behind"
            rm -f "$left"
        fi
    done
}
refuse 1 nosuch.h5ad fit nosuch.h5ad -o out.h5ad
refuse 1 cut.h5ad fit cut.h5ad -o out.h5ad --model m.h5
refuse 1 text.h5ad fit text.h5ad -o out.h5ad
refuse 1 nolayer fit sim.h5ad -o out.h5ad --layer nolayer
refuse 1 nokey fit sim.h5ad -o out.h5ad --batch nokey
refuse 1 ratio fit numbered.h5ad -o out.h5ad --batch ratio
refuse 1 nolabel fit sim.h5ad -o out.h5ad --label nolabel
refuse 1 nosplit fit sim.h5ad -o out.h5ad --split nosplit
refuse 1 strangers fit sim.h5ad -o out.h5ad --embeddings strangers=strangers.h5
refuse 1 nofile.h5 fit sim.h5ad -o out.h5ad --embeddings text=nofile.h5
refuse 1 gene fit nan.h5ad -o out.h5ad
refuse 1 nofolder fit sim.h5ad -o nofolder/out.h5ad
for words in "markers sim.h5ad --group cell_type --tsv" "markers sim.h5ad --group cell_type --json" "modules sim.h5ad --tsv" "modules sim.h5ad --json" \
    "genes no.h5 sim.h5ad --tsv" "genes no.h5 sim.h5ad --json" "genes no.h5 sim.h5ad --export" "map no.h5 sim.h5ad -o out.h5ad --report" "report sim.h5ad -o"; do
    # shellcheck disable=SC2086
    refuse 1 "nofolder/x cannot be written: there is no folder 'nofolder'" $words nofolder/x
done
refuse 1 "an output has an empty name" simulate out.h5ad --embeddings ""
mkfifo pipe
refuse 1 "pipe cannot be written: it is not a regular file" fit sim.h5ad -o pipe
refuse 1 "its name has 240 bytes: 231 are possible" fit sim.h5ad -o "$(printf '%0240d' 0)"
ln -s nofolder/out.h5ad leads_nowhere
refuse 1 "there is no folder 'nofolder'" fit sim.h5ad -o leads_nowhere
refuse 1 latent fit sim.h5ad -o out.h5ad --latent 0
refuse 1 control fit sim.h5ad -o out.h5ad --control shuffled
refuse 1 "none is for no table" fit sim.h5ad -o out.h5ad --embeddings none --embeddings text=emb.h5
refuse 1 "gene-aliases needs" fit sim.h5ad -o out.h5ad --embeddings none --gene-aliases aliases.tsv
refuse 1 nomodel.h5 embed nomodel.h5 sim.h5ad -o out.h5ad
refuse 1 X_scilama score sim.h5ad --label cell_type
fit sim.h5ad -o fitted.h5ad --no-umap
refuse 1 "there is no obsm/X_pca (obsm has X_scilama)" score fitted.h5ad --label cell_type -e X_pca
refuse 1 nokey simulate nokey/out.h5ad
refuse 1 cells simulate out.h5ad --cells 0
refuse 2 frobnicate fit sim.h5ad -o out.h5ad --frobnicate 1
refuse 2 mode fit sim.h5ad -o out.h5ad --mode upside-down
refuse 2 epochs fit sim.h5ad -o out.h5ad --epochs many
refuse 2 output fit sim.h5ad --output
refuse 2 "-o" fit sim.h5ad
refuse 2 "neighbors must be 2 or more" fit sim.h5ad -o out.h5ad --neighbors 1
refuse 2 "resolution must be 0 or more" fit sim.h5ad -o out.h5ad --resolution -1
refuse 2 "-o" report sim.h5ad
refuse 2 "--group" markers sim.h5ad
refuse 2 "--label" score sim.h5ad
refuse 2 "missing after --log-json: -q is an option (--log-json=-q" fit sim.h5ad -o out.h5ad --log-json -q
refuse 2 "missing after -o" fit sim.h5ad -o --latent 4
refuse 2 "a value is missing after --seed" fit sim.h5ad -o out.h5ad --seed
refuse 1 "240 different numbers in 240 cells" markers numbered.h5ad --group depth
refuse 1 "'ratio' holds numbers, but categories are needed: write it as" markers numbered.h5ad --group ratio
refuse 2 file fit -o out.h5ad
refuse 2 nosuchverb nosuchverb
"$SCILAMA" fit sim.h5ad -o out.h5ad --config no.conf 2> err.txt && fail "a configuration that is not there"
printf 'latnet = 3\n' > bad.conf
refuse 2 "line 1: there is no option 'latnet'" fit sim.h5ad -o out.h5ad --config bad.conf
printf '# sizes\nlatent = many\n' > bad.conf
refuse 2 "bad.conf, line 2: --latent many: it must be a whole number" fit sim.h5ad -o out.h5ad --config bad.conf
printf 'latent 3\n' > bad.conf
refuse 2 "bad.conf, line 1: not a line" fit sim.h5ad -o out.h5ad --config bad.conf
# What was meant is said where one name is near, and which columns there are.
refuse 2 "unknown option --bacth: did you mean --batch?" fit sim.h5ad -o out.h5ad --bacth batch
refuse 2 "unknown option --n_top_gene: did you mean --n-top-genes?" fit sim.h5ad -o out.h5ad --n_top_gene=40
refuse 2 "unknown option --verbos: did you mean --verbose?" info sim.h5ad --verbos
refuse 2 "unknown verb 'ebmed': did you mean embed?" ebmed
refuse 1 "has no obs column 'bach': did you mean 'batch'? (it has batch, cell_type)" fit sim.h5ad -o out.h5ad --batch bach
refuse 1 "has no obs column 'CellType': did you mean 'cell_type'?" fit sim.h5ad -o out.h5ad --label CellType
refuse 1 "has no obs column 'leiden' (it has batch, cell_type" score fitted.h5ad --label leiden
refuse 1 "did you mean 'cell_type'?" report fitted.h5ad -o out.h5ad --label celltype
refuse 1 "did you mean 'cell_type'?" markers fitted.h5ad --group celltype
refuse 1 "no category 'tpye1' for --reference: did you mean 'type1'? (it has type1, type2" markers fitted.h5ad --group cell_type --reference tpye1
printf 'bacth = batch\n' > bad.conf
refuse 2 "no option 'bacth' for a file: did you mean 'batch'?" fit sim.h5ad -o out.h5ad --config bad.conf
for words in "--frobnicate" "-x"; do
    "$SCILAMA" fit sim.h5ad $words 2> err.txt && fail "$words is taken"
    grep -q "did you mean" err.txt && fail "something is near $words: $(cat err.txt)"
done
# standard streams that are full or closed
for words in --help --version "fit --help" "info sim.h5ad"; do
    # shellcheck disable=SC2086
    [ ! -e /dev/full ] || { "$SCILAMA" $words > /dev/full 2> err.txt && fail "$words on a full disc is done"; }
    [ ! -e /dev/full ] || [ "$(wc -l < err.txt)" -eq 1 ] || fail "$words on a full disc: $(cat err.txt)"
    # shellcheck disable=SC2086
    "$SCILAMA" $words 2> err.txt >&- && fail "$words without a standard output is done"
done
"$SCILAMA" simulate open.h5ad --cells 60 --genes 30 > /dev/null 2>&1 || fail "simulate"
"$SCILAMA" simulate closed.h5ad --cells 60 --genes 30 <&- >&- 2>&- || fail "simulate without standard streams"
cmp open.h5ad closed.h5ad || fail "messages went into a file"

# what is recorded has to be UTF-8
latin=$(printf 'x\351')
refuse 2 "argument 2 ('x?.h5ad') is not UTF-8" fit "$latin.h5ad" -o out.h5ad
refuse 2 "('x?') is not UTF-8" fit sim.h5ad -o out.h5ad --batch "$latin"
printf '# sizes\nbatch = %s\n' "$latin" > bad.conf
refuse 2 "bad.conf, line 2 ('batch = x?') is not UTF-8" fit sim.h5ad -o out.h5ad --config bad.conf
printf 'latent = 3\000\nbatch = 3\n' > bad.conf
refuse 2 "bad.conf: it holds a zero byte" fit sim.h5ad -o out.h5ad --config bad.conf
"$SCILAMA" cluster none.h5ad -r .5 --resolution 1 2> err.txt && fail "no such file"
grep -q "resolution is given more than once" err.txt || fail "-r twice is not said: $(cat err.txt)"
"$SCILAMA" info none.h5 --embeddings a=none.h5 --embeddings b=none.h5 2> err.txt && fail "no such file"
grep -q "more than once" err.txt && fail "a repeatable option is called given more than once"
# The input stays as it was, and so does an output that was there before.
fit sim.h5ad -o out.h5ad
cp out.h5ad before.h5ad
status=0
fit sim.h5ad -o out.h5ad --layer nolayer 2> /dev/null || status=$?
[ "$status" -eq 1 ] || fail "wrong layer over an existing output: exit $status"
cmp -s out.h5ad before.h5ad || fail "a failed fit changed an existing output"
finish
