# SPDX-License-Identifier: MIT
"""Writes small.h5: trajectories of the PyTorch model of tests/oracle/torch_model.py on small
random problems, for golden.c to follow.

  $PYTHON tests/golden/make_golden.py [FILE]

z = mu, no dropout, cells in file order, last weights kept. Per case: options as
attributes; X, C, E0…; train, val; initial/NAME; and per phase `steps` (loss, nll, kld,
beta, lr), `validation` (loss, nll, kld at β = 1) and weights; at the end cells_mu, genes_mu.
Computed in double precision, stored in single where the values are data or weights."""
import pathlib
import sys

import h5py
import numpy as np
import torch

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "oracle"))
import torch_model  # noqa: E402

ACTIVATIONS = ["LeakyReLU", "ReLU", "ELU", "SELU", "GELU", "SiLU", "Tanh", "Softplus", "Identity"]
FUSIONS = ["average", "PoE"]
MODES = {("cell",): 1, ("gene",): 4, ("joint",): 2, ("cell", "gene", "joint"): 3}
CASES = {
    "cell_bn": dict(objectives=["cell"], hidden=[8, 5], bn=1, activation=6, covariates=2),
    "joint_elu_poe": dict(objectives=["joint"], hidden=[9, 6, 5], widths=[7, 4], fusion=1, activation=2, covariates=1),
    "joint_xt_selu": dict(objectives=["joint"], hidden=[7], widths=[], activation=3, ln=0, gamma=0.3, weight_decay=0.1),
    "stepwise": dict(objectives=["cell", "gene", "joint"], hidden=[6], widths=[6], covariates=1),
}


def initial_weights(r, case, genes, train_cells):
    """Xavier-normal weights under the library's names (spec: model files)."""
    hidden, latent, p, bn, ln = case["hidden"], case["latent"], case["covariates"], case["bn"], case["ln"]
    w = {}

    def linear(name, inputs, outputs):
        w[name + ".weight"] = r.standard_normal((outputs, inputs)) * np.sqrt(2 / (inputs + outputs))
        w[name + ".bias"] = np.zeros(outputs)

    def norm(name, width):
        w.update({name + ".weight": np.ones(width), name + ".bias": np.zeros(width), name + ".running_mean": np.zeros(width),
                  name + ".running_var": np.ones(width), name + ".num_batches_tracked": np.zeros(())})

    def blocks(name, inputs, widths):
        for i, width in enumerate(widths):
            linear(f"{name}.{i * (3 + bn + ln)}", inputs, width)
            if bn:
                norm(f"{name}.{i * (3 + bn + ln) + 1}", width)
            inputs = width
        return inputs

    def encoder(name, inputs):
        last = blocks(name + ".enc_hidden", inputs, hidden)
        linear(name + ".latent_mu", last, latent)
        linear(name + ".latent_sigma", last, latent)

    def decoder(name, inputs):
        deep = len(hidden) > 1
        last = blocks(name + ".dec_hidden.0", inputs, hidden[:0:-1]) if deep else inputs
        linear(name + (".dec_hidden.1" if deep else ".dec_hidden"), last, hidden[0])
        if bn:
            norm(name + ".final_layer.0", hidden[0])

    encoder("sample_encoder", genes + p)
    decoder("sample_decoder", latent + p)
    linear("sample_decoder.output_mean", hidden[0], genes)
    widths = case["widths"]
    for m, width in enumerate(widths):
        encoder(f"feature_encoder.encoders.{m}", width)
    if not widths:
        encoder("feature_encoder", train_cells)
    decoder("feature_decoder", latent)
    return {k: np.asarray(v, np.float32) for k, v in w.items()}


def write(group, name, case, seed):
    case = dict(dict(covariates=0, latent=3, bn=0, ln=1, activation=0, fusion=0, gamma=0.05, weight_decay=0.0, widths=[5]), **case)
    r = np.random.default_rng(seed)
    n, genes, epochs = 33, 13, 5
    x, c = r.standard_normal((n, genes)).astype(np.float32), r.standard_normal((n, case["covariates"])).astype(np.float32)
    cells = r.permutation(n)
    train, validation = np.sort(cells[:24]), np.sort(cells[24:])
    tables = [r.standard_normal((genes, width)).astype(np.float32) for width in case["widths"]]
    weights = initial_weights(r, case, genes, len(train))
    options = dict(hidden=case["hidden"], latent=case["latent"], activation=case["activation"], layer_norm=case["ln"], batch_norm=case["bn"],
                   fusion=case["fusion"], pair_scale=0, encoder_covariates=1, dropout=0, var_eps=1e-4)
    t = dict(mode=MODES[tuple(case["objectives"])], sampling=1, shuffle=0, batch_size=10, epochs=epochs, lr=2e-3, lr_decay=0.99,
             weight_decay=case["weight_decay"], beta1=0.9, beta2=0.999, epsilon=1e-8, kl_start=0.0, kl_end=1.0, kl_rate=0.4, kl_delay=1,
             gamma=case["gamma"], clip_norm=0, best_from_start=0, gene_batch=0, seed=0, keep_last=1)
    embeddings = tables or [x[train].T]
    model = torch_model.PairedVAE(options, weights, genes, embeddings, torch.float64, transposed=not tables)
    g = group.create_group(name)
    g.attrs.update({k: case[k] for k in ("hidden", "latent", "gamma", "weight_decay")})
    g.attrs.update(bn=int(case["bn"]), ln=int(case["ln"]), act=ACTIVATIONS[case["activation"]], fuse=FUSIONS[case["fusion"]], var_eps=1e-4, lr=t["lr"],
                   batch_size=t["batch_size"], epochs=epochs, beta_start=0.0, beta_end=1.0, beta_warmup_rate=t["kl_rate"], epochs_before_beta_warmup=t["kl_delay"])
    g.attrs["objectives"] = np.array(case["objectives"], dtype=h5py.string_dtype())
    arrays = dict(X=x, C=c, train=train, val=validation, **{f"E{m}": e for m, e in enumerate(embeddings)}, **{"initial/" + k: v for k, v in weights.items()})
    steps, checks = [], []

    def end_phase(phase):
        arrays[f"phase{phase}/steps"], arrays[f"phase{phase}/validation"] = np.array(steps), np.array(checks)
        arrays.update({f"phase{phase}/weights/{k}": v.detach().numpy().astype(np.float32) for k, v in model.w.items()})
        steps.clear(), checks.clear()

    for i in torch_model.train(model, x, c, train.tolist(), validation.tolist(), t):
        steps.append([i["loss"], i["nll"], i["kl_s"] + i["kl_f"], i["beta"], i["lr"]])
        if "validation_loss" in i:
            checks.append([i["validation_loss"], i["validation_nll"], i["validation_kl_s"] + i["validation_kl_f"]])
        if i.get("phase_end"):
            end_phase(i["phase"])
    with torch.no_grad():
        arrays["cells_mu"] = model.cell_side(torch.tensor(x, dtype=torch.float64), torch.tensor(c, dtype=torch.float64), None, False, False)[0].numpy()
        arrays["genes_mu"] = model.gene_side(None, False, False)[0].numpy()
    for key, value in arrays.items():
        g.create_dataset(key, data=value.astype(np.float32) if key.endswith("_mu") else value)


def main():
    with h5py.File(sys.argv[1] if len(sys.argv) > 1 else HERE / "small.h5", "w", libver="latest") as f:
        for seed, (name, case) in enumerate(CASES.items()):
            write(f, name, case, seed)


if __name__ == "__main__":
    main()
