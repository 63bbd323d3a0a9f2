#!/bin/sh
# SPDX-License-Identifier: MIT
# scilama-mpi on ranks that are each behind a link of a given rate: network namespaces on a bridge, their links limited by tc's
# tbf, and an agent in place of ssh that enters a namespace. Prints the time of a step beside what docs/scaling.md predicts for
# the sum of gradients. For root, by hand: it is a measurement, not a test.
# Usage: network.sh SCILAMA_MPI SCILAMA [STEPS] [RATE…], rates as of tc: 200mbit
set -eu
program=$(readlink -f "$1") simulate=$(readlink -f "$2") steps=${3:-40}
[ $# -lt 4 ] && set -- "$1" "$2" "$steps" 1gbit 200mbit
shift 3
scratch=$(mktemp -d)
names="1 2 3 4"
bridge=slm-br
remove() {
    for i in $names; do ip netns del "slm$i" 2>/dev/null || true; done
    ip link del $bridge 2>/dev/null || true
    rm -rf "$scratch"
}
trap remove EXIT
trap 'exit 1' INT TERM

ip link add $bridge type bridge
ip addr add 10.97.0.254/24 dev $bridge
ip link set $bridge up
for i in $names; do
    ip netns add "slm$i"
    ip link add "slm-out$i" type veth peer name slm-in netns "slm$i"
    ip link set "slm-out$i" master $bridge up
    ip -n "slm$i" addr add "10.97.0.$i/24" dev slm-in
    ip -n "slm$i" link set slm-in up
    ip -n "slm$i" link set lo up
done
# HOST COMMAND…: host 10.97.0.N is namespace slmN, which also gets a host's name of its own
cat >"$scratch/agent" <<'END'
#!/bin/sh
name=slm${1##*.}
shift
exec ip netns exec "$name" unshare -u sh -c "hostname $name; $*"
END
chmod +x "$scratch/agent"

"$simulate" simulate "$scratch/a.h5ad" --cells 4000 --genes 2000 --embeddings "$scratch/emb.h5" --seed 1 -q
"$simulate" simulate "$scratch/b.h5ad" --cells 4000 --genes 2000 --seed 1 -q
run() { # RATE RANKS
    hosts=
    for i in $(echo "$names" | cut -d' ' -f"1-$2"); do hosts=$hosts${hosts:+,}10.97.0.$i; done
    printf '%s\t%s ranks\t' "$1" "$2"
    timeout 300 mpirun --allow-run-as-root -n "$2" --host "$hosts" --mca plm_rsh_agent "$scratch/agent" --mca btl tcp,self --mca btl_tcp_if_include 10.97.0.0/24 \
        --mca oob_tcp_if_include 10.97.0.0/24 --mca orte_leave_session_attached 1 --mca mpi_yield_when_idle 1 --mca hwloc_base_binding_policy none \
        -x LD_LIBRARY_PATH "$program" fit "$scratch/a.h5ad" "$scratch/b.h5ad" -o "$scratch/o.h5ad" --embeddings "$scratch/emb.h5" --mode beta-vae --batch file \
        --max-steps "$steps" --hidden 256,128 --batch-size 128 --model "$scratch/m.h5" 2>"$scratch/err" | grep "steps on" || cat "$scratch/err"
}
for rate in none "$@"; do
    for i in $names; do
        tc qdisc del dev "slm-out$i" root 2>/dev/null || true
        ip netns exec "slm$i" tc qdisc del dev slm-in root 2>/dev/null || true
        [ "$rate" = none ] && continue
        tc qdisc add dev "slm-out$i" root tbf rate "$rate" burst 128kb latency 100ms
        ip netns exec "slm$i" tc qdisc add dev slm-in root tbf rate "$rate" burst 128kb latency 100ms
    done
    for ranks in 1 2 4; do run "$rate" $ranks; done
done
ls -l "$scratch/m.h5" | awk '{ print "model file: " $5 " bytes" }'
