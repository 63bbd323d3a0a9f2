// SPDX-License-Identifier: MIT
//! Rounds of making, training and giving back leave nothing behind; $SCILAMA_ROUNDS of them. Alone in its process, whose memory it reads.
use scilama::{sys, Context, Dataset, Matrix, Model, Trainer};

fn rss() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmRSS")).unwrap_or("");
    line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).unwrap_or(0)
}

#[test]
fn rounds_leave_nothing() {
    let rounds: usize = std::env::var("SCILAMA_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(100);
    let counts: Vec<f32> = (0..96 * 40).map(|i| ((i * 7 + i / 40) % 5) as f32).collect();
    let round = || {
        let context = Context::new(2).unwrap();
        let mut data = Dataset::new::<&str>(&context, Matrix::new(&counts, 96, 40), None).unwrap();
        data.set_codes("batch", &[0; 96], &["a"]).unwrap();
        data.split_random(0.8, 0.2, 0, None).unwrap();
        data.preprocess(|o| o.min_cells = 0).unwrap();
        let mut model = Model::new(&data, |o| {
            o.latent = 4;
            o.hidden = [16, 8, 0, 0, 0, 0];
        }).unwrap();
        let mut trainer = Trainer::new(&mut model, &data, |o| o.mode = sys::SCILAMA_MODE_BETA_VAE).unwrap();
        (0..3).for_each(|_| { trainer.step().unwrap(); });
        drop(trainer);
        assert_eq!(model.encode_cells(&data).unwrap().rows, 96);
    };
    (0..100).for_each(|_| round());
    let before = rss();
    (0..rounds).for_each(|_| round());
    println!("Rust: {} kB after 100 rounds, {:+} kB after {} more", before, rss() - before, rounds);
    assert!(rss() - before < 4096);
}
