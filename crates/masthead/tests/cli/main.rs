//! The commands as an operator meets them: the real program, run in folders of its own, asked over loopback.
//!
//! Ports come from the system, waits are bounded, and only programs that a test started itself are ended.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

mod backup;
mod beside;
mod bounced;
mod brought;
mod certificates;
mod demo;
mod doctor;
mod export;
mod filling;
mod foreign;
mod front;
mod help;
mod http;
mod import;
mod institutions;
mod invoices;
mod kills;
mod machines;
mod mail;
mod mail_domain;
mod name_server;
mod newer;
mod newsletters;
mod numbers;
mod operator;
mod program;
mod serve;
mod settings;
mod staff;
mod stop;
mod subscribers;
mod theme;
mod trouble;
mod webhooks;
mod why;
mod wxr;
