//! Proofs about purchase orders. `model` searches everything reachable; the rest says what each part does.

mod difference;
mod draft;
mod escalate;
mod guards;
mod handover;
mod matrix;
mod model;
mod model_laws;
mod model_tests;
mod model_timer;
mod samples;
mod sequences;
mod steps;
mod table;
mod told;
mod visibility;
