// SPDX-License-Identifier: MIT
//! Training, one step at a time.
use super::*;

/// Trains a model, which it borrows.
pub struct Trainer<'m> {
    raw: RawTrainer,
    latent: usize,
    model: PhantomData<&'m mut Model>,
}

struct Progress<F> {
    f: F,
    panic: Option<Box<dyn Any + Send>>,
    stopped: bool,
}

extern "C" fn relay<F: FnMut(&StepInfo) -> bool>(user: *mut c_void, info: *const StepInfo) -> i32 {
    // SAFETY: `user` is the Progress of the running `run`; `info` is valid during the call.
    let (progress, info) = unsafe { (&mut *(user as *mut Progress<F>), &*info) };
    // A panic must not cross the library's frames.
    match catch_unwind(AssertUnwindSafe(|| (progress.f)(info))) {
        Ok(go_on) => progress.stopped = !go_on,
        Err(panic) => {
            progress.panic = Some(panic);
            progress.stopped = true;
        }
    }
    progress.stopped as i32
}

impl<'m> Trainer<'m> {
    pub fn new(model: &'m mut Model, data: &Dataset, set: impl FnOnce(&mut sys::scilama_trainer_options)) -> Result<Self> {
        let mut options = sys::scilama_trainer_options::preset(sys::SCILAMA_PRESET_RECOMMENDED);
        set(&mut options);
        let raw = RawTrainer::make(&data.1, |out, error| unsafe {
            sys::scilama_trainer_create(out, model.as_ptr(), data.as_ptr(), &options, error)
        })?;
        Ok(Trainer { raw, latent: model.info().latent as usize, model: PhantomData })
    }

    /// Bytes that a trainer would reserve.
    pub fn memory(model: &Model, data: &Dataset, set: impl FnOnce(&mut sys::scilama_trainer_options)) -> Result<i64> {
        let mut options = sys::scilama_trainer_options::preset(sys::SCILAMA_PRESET_RECOMMENDED);
        set(&mut options);
        let mut bytes = 0;
        call(|error| unsafe { sys::scilama_trainer_memory(model.as_ptr(), data.as_ptr(), &options, &mut bytes, error) })?;
        Ok(bytes)
    }

    /// One mini-batch.
    pub fn step(&mut self) -> Result<StepInfo> {
        let mut info = defaults(sys::scilama_step_info_init);
        call(|error| unsafe { sys::scilama_trainer_step(self.raw.as_ptr(), &mut info, error) })?;
        Ok(info)
    }

    /// Steps until training is finished, or a step fails.
    pub fn steps(&mut self) -> Steps<'_, 'm> {
        Steps { trainer: self, finished: false }
    }

    /// Trains to the end. `progress` runs after every epoch and returns whether to go on.
    /// Returns whether training reached its end.
    pub fn run<F: FnMut(&StepInfo) -> bool>(&mut self, progress: F) -> Result<bool> {
        let mut p = Progress { f: progress, panic: None, stopped: false };
        let result = call(|error| unsafe {
            sys::scilama_trainer_run(self.raw.as_ptr(), Some(relay::<F>), &mut p as *mut _ as *mut c_void, ptr::null_mut(), error)
        });
        if let Some(panic) = p.panic {
            resume_unwind(panic);
        }
        match result {
            Err(e) if e.code == sys::SCILAMA_E_CALLBACK && p.stopped => Ok(false),
            other => other.map(|_| true),
        }
    }
}

macro_rules! told {
    ($($(#[$doc:meta])* $name:ident: $function:ident,)*) => {
        impl Trainer<'_> {
            $($(#[$doc])*
            pub fn $name(&mut self) -> Result<StepInfo> {
                let mut info = StepInfo::defaults();
                call(|error| unsafe { sys::$function(self.raw.as_ptr(), &mut info, error) })?;
                Ok(info)
            })*
        }
    };
}
told! {
    /// Steps to the end of the epoch.
    run_epoch: scilama_trainer_run_epoch,
    /// Ends the phase now, with its best weights.
    end_phase: scilama_trainer_end_phase,
    /// One optimiser step with the gradients that [`Trainer::forward_backward`] added up.
    apply: scilama_trainer_apply,
}

impl Trainer<'_> {
    /// Adds up the gradients of these cells, or of the next mini-batch.
    pub fn forward_backward(&mut self, cells: Option<&[i64]>) -> Result<StepInfo> {
        let (mut info, cells) = (StepInfo::defaults(), cells.unwrap_or(&[]));
        let address = if cells.is_empty() { ptr::null() } else { cells.as_ptr() };
        call(|error| unsafe { sys::scilama_trainer_forward_backward(self.raw.as_ptr(), address, cells.len() as i64, &mut info, error) })?;
        Ok(info)
    }

    /// The gradient of one part of a mini-batch, in place of what [`Trainer::gradients`] held.
    pub fn forward_backward_part(&mut self, part: i64, cells: &[i64]) -> Result<StepInfo> {
        let mut info = StepInfo::defaults();
        call(|error| unsafe { sys::scilama_trainer_forward_backward_part(self.raw.as_ptr(), part, cells.as_ptr(), cells.len() as i64, &mut info, error) })?;
        Ok(info)
    }

    fn view(&mut self, f: impl FnOnce(*mut sys::scilama_trainer, *mut sys::scilama_tensor, *mut sys::scilama_error) -> sys::scilama_status) -> Result<&mut [f32]> {
        let mut t = sys::scilama_tensor::defaults();
        let raw = self.raw.as_ptr();
        call(|error| f(raw, &mut t, error))?;
        // SAFETY: the buffer lives as long as the trainer, which is borrowed.
        Ok(unsafe { std::slice::from_raw_parts_mut(t.data as *mut f32, (t.rows * t.cols) as usize) })
    }

    /// Gradients of all trainable parameters, to be changed between forward_backward and apply.
    pub fn gradients(&mut self) -> Result<&mut [f32]> {
        self.view(|raw, t, error| unsafe { sys::scilama_trainer_gradients(raw, t, error) })
    }

    /// The gradient of one parameter.
    pub fn gradient(&mut self, name: &str) -> Result<&mut [f32]> {
        let name = text(name)?;
        self.view(|raw, t, error| unsafe { sys::scilama_trainer_gradient(raw, name.as_ptr(), t, error) })
    }

    /// All gradients, for other frameworks to change where they lie.
    pub fn gradients_to_dlpack(&mut self) -> Result<Tensor> {
        Tensor::make(|out, error| unsafe { sys::scilama_trainer_gradients_to_dlpack(out, self.raw.as_ptr(), error) })
    }

    /// The objective on a split, `sys::SCILAMA_SPLIT_…`.
    pub fn evaluate(&mut self, split: i32) -> Result<sys::scilama_evaluation> {
        let mut out = sys::scilama_evaluation::defaults();
        call(|error| unsafe { sys::scilama_trainer_evaluate(self.raw.as_ptr(), split, &mut out, error) })?;
        Ok(out)
    }

    /// KL of each latent unit, of cells and of genes, at the last validation.
    pub fn kl_per_unit(&mut self) -> Result<(Vec<f64>, Vec<f64>)> {
        let (mut cells, mut genes) = (vec![0.0; self.latent], vec![0.0; self.latent]);
        call(|error| unsafe { sys::scilama_trainer_kl_per_unit(self.raw.as_ptr(), cells.as_mut_ptr(), genes.as_mut_ptr(), error) })?;
        Ok((cells, genes))
    }

    /// Learning rate, β and γ in force.
    pub fn rates(&self) -> Result<[f64; 3]> {
        let mut r = [0.0; 3];
        let at = r.as_mut_ptr();
        call(|error| unsafe { sys::scilama_trainer_get_rates(self.raw.as_ptr(), at, at.add(1), at.add(2), error) })?;
        Ok(r)
    }

    /// Overrides them; NaN returns one to its schedule.
    pub fn set_rates(&mut self, [lr, beta, gamma]: [f64; 3]) -> Result<()> {
        call(|error| unsafe { sys::scilama_trainer_set_rates(self.raw.as_ptr(), lr, beta, gamma, error) })
    }

    /// Everything that training needs to go on bit for bit.
    pub fn state(&self) -> Result<Vec<u8>> {
        let mut out = vec![0u8; unsafe { sys::scilama_trainer_state_size(self.raw.as_ptr()) } as usize];
        call(|error| unsafe { sys::scilama_trainer_state_get(self.raw.as_ptr(), out.as_mut_ptr() as *mut c_void, out.len() as i64, error) })?;
        Ok(out)
    }

    /// Goes on from a state of a trainer of the same model, data and options.
    pub fn restore(&mut self, state: &[u8]) -> Result<()> {
        call(|error| unsafe { sys::scilama_trainer_state_set(self.raw.as_ptr(), state.as_ptr() as *const c_void, state.len() as i64, error) })
    }
}

/// See [`Trainer::steps`].
pub struct Steps<'t, 'm> {
    trainer: &'t mut Trainer<'m>,
    finished: bool,
}

impl Iterator for Steps<'_, '_> {
    type Item = Result<StepInfo>;
    fn next(&mut self) -> Option<Self::Item> {
        if self.finished {
            return None;
        }
        let result = self.trainer.step();
        self.finished = result.as_ref().map_or(true, |info| info.events & sys::SCILAMA_EVENT_FINISHED != 0);
        Some(result)
    }
}
