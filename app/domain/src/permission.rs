//! Permission: one answer that both shapes the button and refuses the request (spec README, "Permissions").
