// SPDX-License-Identifier: MIT
//! Raw bindings to libscilama, of the C headers. The crate `scilama` is the safe interface.
#![allow(non_camel_case_types)]
include!("bindings.rs");
