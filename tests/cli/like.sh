# SPDX-License-Identifier: MIT
# What a fit was given is in its output, all of it, and --like repeats it to the byte.
. "$SOURCE_ROOT/tests/cli/common.sh"
small_data
cp emb.h5 " table one.h5"

# same FIRST SECOND: two outputs are the same file, byte by byte.
same() {
    cmp -s "$1" "$2" || fail "$2 is not $1 again"
}

# Every option of --help that is not of one run alone is recorded.
fit sim.h5ad -o plain.h5ad --embeddings emb.h5 --no-umap --layer X
"$CLI_TOOL" text plain.h5ad uns/scilama/config > plain.txt || fail "no record"
for option in $("$SCILAMA" fit --help | sed -n 's/^  \(-., \)\{0,1\}--\([a-z0-9-]*\).*/\2/p'); do
    case $option in
    # of this run; or not given here, and without a value then
    output|in-place|plan|reference|config|like|model|checkpoint|checkpoint-every|resume|report|threads|quiet|verbose|log-json|help) continue ;;
    batch|continuous|label|split|gene-aliases|stream|modality|gene-names) continue ;;
    esac
    grep -q "^$option = " plain.txt || fail "--$option is not recorded"
done
"$SCILAMA" fit sim.h5ad -o again.h5ad --like plain.h5ad --quiet || fail "--like"
same plain.h5ad again.h5ad

# Options far from their defaults, numbers without a short decimal, names with blanks, lists, switches.
"$SCILAMA" fit sim.h5ad -o odd.h5ad --quiet --seed 77 --batch batch --label cell_type --train-fraction 0.87654321 \
    --embeddings "one= table one.h5" --embeddings noise=random:7 --control shuffled --ignore-case --missing-genes mean --fusion moe \
    --embed-center on --embed-pca 5 --n-top-genes 100 --hvg seurat_v3 --hvg-by-batch on --max-value 7.1 --preset published \
    --latent 7 --hidden 24,16,8 --activation gelu --dropout 0.123456 --batch-norm on --var-eps 3e-4 --pair-scale rsqrt \
    --mode direct --epochs 4 --batch-size 33 --patience 2 --lr 0.0012345678901234567 \
    --weight-decay 0.01 --gamma 0.1 --kl-end 0.3 --kl-rate 0.7 --clip-norm 90 \
    --gene-batch 50 --shuffle chunked --shuffle-block 16 --shuffle-window 64 --beta1 0.8 --resolution 1.3 --neighbors 12 --no-umap > /dev/null || fail "a fit of odd options"
"$SCILAMA" fit sim.h5ad -o odd2.h5ad --like odd.h5ad --quiet > /dev/null || fail "--like of odd options"
same odd.h5ad odd2.h5ad
"$CLI_TOOL" text odd.h5ad uns/scilama/config > odd.txt
grep -q '^embeddings = one= table one.h5$' odd.txt || fail "embeddings: $(grep embeddings odd.txt)"
grep -q '^lr = 0.0012345678901234567$' odd.txt || fail "lr: $(grep '^lr =' odd.txt)"
# The record is a configuration file, too.
"$SCILAMA" fit sim.h5ad -o odd3.h5ad --config odd.txt --quiet > /dev/null || fail "--config of a record"
same odd.h5ad odd3.h5ad
# Options that are no more are passed over where they had no effect, and refused where they had one.
{ cat odd.txt; printf '%s\n' 'alignment-bias = off' 'gene_residual = off' 'residual-l2 = 1' 'embed-whiten = off' 'free-bits = 0' 'lr-schedule = exponential'; } > old.txt
"$SCILAMA" fit sim.h5ad -o odd4.h5ad --config old.txt --quiet > /dev/null || fail "options of before without effect"
same odd.h5ad odd4.h5ad
echo 'free-bits = 0.1' >> old.txt
"$SCILAMA" fit sim.h5ad -o no.h5ad --config old.txt --quiet 2> err.txt && fail "an option of before with effect"
grep -q "no option 'free-bits'" err.txt || fail "the message: $(cat err.txt)"
# Streamed.
fit sim.h5ad -o streamed.h5ad --stream 512K --embeddings emb.h5 --no-umap --mode beta-vae
"$SCILAMA" fit sim.h5ad -o streamed2.h5ad --like streamed.h5ad --quiet || fail "--like of a streamed fit"
same streamed.h5ad streamed2.h5ad

# What is given here comes over what the record says; a list replaces the one before.
"$SCILAMA" fit sim.h5ad -o other.h5ad --like odd.h5ad --quiet --embeddings emb.h5 --latent 6 --epochs 2 > /dev/null || fail "--like and more"
"$CLI_TOOL" text other.h5ad uns/scilama/config > other.txt
grep -q '^latent = 6$' other.txt && grep -q '^epochs = 2$' other.txt || fail "options over --like"
[ "$(grep -c '^embeddings = ' other.txt)" -eq 1 ] || fail "a list over --like"
# What cannot be repeated is said.
"$SCILAMA" fit sim.h5ad -o no.h5ad --like sim.h5ad --quiet 2> err.txt && fail "--like of a file that no fit wrote"
grep -q "like sim.h5ad" err.txt || fail "the message: $(cat err.txt)"
"$SCILAMA" fit sim.h5ad -o no.h5ad --like plain.h5ad --preset published 2> err.txt && fail "--like and --preset"
"$SCILAMA" fit sim.h5ad -o no.h5ad --mode gene 2> err.txt && fail "--mode gene"
[ -e no.h5ad ] && fail "a refused fit wrote"
finish
