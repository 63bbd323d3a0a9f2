# SPDX-License-Identifier: MIT
# Training, one step at a time.

"Trains a model; options are those of scilama_trainer_options."
Trainer(m::Model, d::Dataset; preset = RECOMMENDED, options...) =
    Trainer(made(L.scilama_trainer_create, m, d, defaults(TrainerOptions; preset = preset, options...)), m.context, (m, d))

"Bytes that a trainer would reserve."
function trainer_memory(m::Model, d::Dataset; preset = RECOMMENDED, options...)
    bytes = Ref(Int64(0))
    call(L.scilama_trainer_memory, m, d, defaults(TrainerOptions; preset = preset, options...), bytes)
    bytes[]
end

function told(f, arguments...)
    out = defaults(StepInfo)
    call(f, arguments..., out)
    out[]
end

"One mini-batch."
step!(t::Trainer) = told(L.scilama_trainer_step, t)
"Steps to the end of the epoch."
run_epoch!(t::Trainer) = told(L.scilama_trainer_run_epoch, t)
"Ends the phase now, with its best weights."
end_phase!(t::Trainer) = told(L.scilama_trainer_end_phase, t)
"Adds up the gradients of these cells, or of the next mini-batch."
forward_backward!(t::Trainer) = told(L.scilama_trainer_forward_backward, t, C_NULL, 0)
forward_backward!(t::Trainer, cells) = told(L.scilama_trainer_forward_backward, t, Int64.(cells) .- 1, length(cells))
"The gradient of part `part`, from 1, of a mini-batch, in place of what `gradients` held."
forward_backward_part!(t::Trainer, part, cells) = told(L.scilama_trainer_forward_backward_part, t, part - 1, Int64.(cells) .- 1, length(cells))
"One optimiser step with the gradients added up."
apply!(t::Trainer) = told(L.scilama_trainer_apply, t)

function tensor(f, arguments...)
    out = defaults(Tensor)
    call(f, arguments..., out)
    array_of(out[])
end
"A view of the gradients of all trainable parameters, valid while the trainer lives."
gradients(t::Trainer) = tensor(L.scilama_trainer_gradients, t)
"A view of the gradient of one parameter."
gradient(t::Trainer, name::AbstractString) = tensor(L.scilama_trainer_gradient, t, name)

"The objective on a split, at β = 1."
function evaluate(t::Trainer, split::Integer = VALIDATION)
    out = defaults(Evaluation)
    call(L.scilama_trainer_evaluate, t, split, out)
    out[]
end

"KL of each latent unit, of cells and of genes, at the last validation."
function kl_per_unit(t::Trainer)
    n = info(t.keep[1]).latent
    cells, genes = Vector{Float64}(undef, n), Vector{Float64}(undef, n)
    call(L.scilama_trainer_kl_per_unit, t, cells, genes)
    cells, genes
end

"(lr, beta, gamma) in force."
function rates(t::Trainer)
    lr, beta, gamma = Ref(0.0), Ref(0.0), Ref(0.0)
    call(L.scilama_trainer_get_rates, t, lr, beta, gamma)
    (lr = lr[], beta = beta[], gamma = gamma[])
end
"Overrides them; NaN returns one to its schedule."
set_rates!(t::Trainer; lr = NaN, beta = NaN, gamma = NaN) = call(L.scilama_trainer_set_rates, t, lr, beta, gamma)

"""
    train!(trainer)

Steps to the end. Ctrl-C comes between two steps and is an InterruptException; called again it goes on. (Julia notices it
within a step and throws when the step is whole: nothing is thrown through the library.)
"""
function train!(t::Trainer)
    while true
        i = disable_sigint(() -> step!(t))
        i.events & FINISHED != 0 && return i
        yield()
    end
end

"Everything that training needs to go on bit for bit, and back."
function state(t::Trainer)
    out = Vector{UInt8}(undef, L.scilama_trainer_state_size(t))
    GC.@preserve out call(L.scilama_trainer_state_get, t, Ptr{Cvoid}(pointer(out)), length(out))
    out
end
restore!(t::Trainer, bytes::Vector{UInt8}) = GC.@preserve bytes call(L.scilama_trainer_state_set, t, Ptr{Cvoid}(pointer(bytes)), length(bytes))

struct Steps
    trainer::Trainer
end
"Iterates over the StepInfo of every step, until training is finished."
steps(t::Trainer) = Steps(t)
Base.IteratorSize(::Type{Steps}) = Base.SizeUnknown()
Base.eltype(::Type{Steps}) = StepInfo
function Base.iterate(s::Steps, finished::Bool = false)
    finished && return nothing
    i = disable_sigint(() -> step!(s.trainer))
    (i, i.events & FINISHED != 0)
end

mutable struct Progress
    call::Any
    thrown::Any
    stopped::Bool
end

# Nothing may be thrown through the library's frames: it is kept and thrown by run!.
function relay(user::Ptr{Cvoid}, info::Ptr{StepInfo})::Int32
    progress = unsafe_pointer_to_objref(user)::Progress
    try
        progress.stopped = reenable_sigint(() -> progress.call(unsafe_load(info))) === false
    catch e
        progress.thrown = e
        progress.stopped = true
    end
    Int32(progress.stopped)
end

"""
    run!(trainer) do info … end

Trains to the end; the function runs after every epoch, and stops training by returning `false`. Ctrl-C comes after an epoch, as
InterruptException; called again it goes on.
"""
function run!(f, t::Trainer)
    error, progress = error_buffer(), Progress(f, nothing, false)
    status = GC.@preserve progress disable_sigint(() -> ccall(sym(:trainer_run), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{UInt8}),
        t, @cfunction(relay, Int32, (Ptr{Cvoid}, Ptr{StepInfo})), pointer_from_objref(progress), C_NULL, error))
    progress.thrown === nothing || throw(progress.thrown)
    status == E_CALLBACK && progress.stopped && return false
    check(status, error)
    true
end
