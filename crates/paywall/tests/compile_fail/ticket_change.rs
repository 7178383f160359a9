//! Nobody writes another allowance on a ticket, or uses it twice.
use paywall::Ticket;

fn change(ticket: &mut Ticket) -> Ticket {
    ticket.allowance = 1_000;
    ticket.clone()
}

fn main() {
    let _ = change;
}
