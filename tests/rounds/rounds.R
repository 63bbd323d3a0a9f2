# SPDX-License-Identifier: MIT
# Rounds of making, training and giving back. Usage: Rscript rounds.R ROUNDS
library(scilama)
rss <- function() as.numeric(sub("VmRSS:\\s*(\\d+) kB", "\\1", grep("VmRSS", readLines("/proc/self/status"), value = TRUE)))
i <- 0:(96 * 40 - 1)
counts <- matrix((i * 7 + i %/% 40) %% 5, 40, 96)
round_of <- function() {
  data <- scilama_dataset(counts, context = scilama_context(2))
  scilama_split(data, 0.8)
  scilama_preprocess(data, min_cells = 0)
  model <- scilama_model(data, latent = 4, hidden = c(16, 8))
  trainer <- scilama_trainer(model, data, mode = "beta-vae")
  for (k in 1:3) scilama_step(trainer)
  scilama_close(trainer)
  stopifnot(identical(dim(scilama_encode(model, data)), c(96L, 4L)))
}
rounds <- as.integer(commandArgs(TRUE)[1])
for (k in 1:100) round_of()
invisible(gc())
before <- rss()
for (k in seq_len(rounds)) { round_of(); if (k %% 50 == 0) gc() }
invisible(gc())
grown <- rss() - before
cat(sprintf("R: %.0f kB after 100 rounds, %+.0f kB after %d more\n", before, grown, rounds))
quit(status = grown > 8192)
