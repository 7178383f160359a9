//! The paper as its readers meet it: a real store, the site in process, a clock that tests move, and a socket for what
//! no well-behaved browser sends.
//!
//! Nothing here sleeps to let time pass, listens beyond loopback, or asks anything of the world outside.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like the tests that call them")]

mod absurd;
mod access_log;
mod addresses;
mod addresses_spelled;
mod ask;
mod asvs_authorization;
mod asvs_frontend;
mod asvs_ways_in;
mod authenticator;
mod bank;
mod caching;
mod canary;
mod clock;
mod crawlers;
mod decode;
mod desk;
mod desk_editor;
mod desk_front;
mod desk_hands;
mod desk_hostile;
mod desk_institutions;
mod desk_lists;
mod desk_media;
mod desk_revisions;
mod desk_settings;
mod desk_writing;
mod devices;
mod evasion;
mod events;
mod feeds;
mod fuzzed;
mod gifts;
mod held;
mod help;
mod institutions;
mod invoice_plans;
mod invoices;
mod jar;
mod languages;
mod leaks;
mod letters;
mod machines;
mod machines_deeds;
mod mailbox;
mod meta;
mod meter;
mod money;
mod new_address;
mod newsletters;
mod numbers;
mod offers;
mod outage;
mod pages;
mod paper;
mod parallel;
mod passkeys;
mod passwords;
mod pictures;
mod plan_changes;
mod posted;
mod random_walk;
mod readers;
mod refused_forms;
mod rights;
mod saved;
mod search;
mod seats;
mod settings;
mod sitemaps;
mod smuggling;
mod subscribers;
mod theme;
mod tls;
mod turns;
mod webhooks;
mod wire;
mod xml;

// The address of the operator.
#[path = "../../src/operator.rs"]
mod operator;
// The accept loops of the program itself, with its limits.
#[path = "../../src/server/mod.rs"]
mod server;
