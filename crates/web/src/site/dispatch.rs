//! Which page answers which row of the route table. Nothing is decided here, and no page is made.

use std::sync::{Arc, OnceLock};

use http::{Method, StatusCode};

use super::{
    Sent, TRAFFIC_ADVICE, TRAFFIC_ADVICE_TYPE, Trouble, Visit, account, activation, addresses,
    archive, article, authors, cancel, cashier, contract, corrections, crawlers, demo, edition,
    embed, entering, feed, front, gifts, invoices, latest, lists, mailbox, manifest, media,
    most_read, new_address, newsletters, offers, outage_pass, passkeys, passwords, plain,
    plan_change, read_back, report, robots, saved, search, seats, share_picture, sign_in, sitemaps,
    slots, subscribing, themed, walls, withdrawal,
};
use crate::shell::answer::Answer;
use crate::shell::request::{PATH_BYTES_MAX, Request, Target};
use crate::shell::routes::{self, Page, Places, Route};
use crate::shell::spellings::id_query;

impl Visit<'_> {
    pub(super) async fn dispatch(&self) -> Result<Answer, Trouble> {
        if let Some(refusal) = self.misdirected() {
            return Ok(refusal);
        }
        let path = self.request.target.path;
        if path.len() > PATH_BYTES_MAX {
            return Ok(self.short(StatusCode::URI_TOO_LONG, "the address is too long"));
        }
        // Articles that are being read are found by their address, before the table is asked for the row that they have.
        if self.request.reads()
            && let Some(entry) = addresses::at_hand(self, path)
        {
            if self.is_charged() {
                return Ok(robots::payment(self));
            }
            let entry = entry?;
            match article::page(self, &entry).await {
                Err(Trouble::Changed) => self.site.entries.forget(entry.piece.head.id.as_str()),
                answer => return answer,
            }
        }
        // On the heap: the way to all the other pages is large, and is not carried along with every article.
        Box::pin(self.by_the_table(path)).await
    }

    async fn by_the_table(&self, path: &str) -> Result<Answer, Trouble> {
        if crate::api::is_address(path) {
            return crate::api::serve(self).await;
        }
        let reads = self.request.reads();
        // `/?p=123`: the front page has no queries of its own, so that one may name an article of former times.
        if reads
            && path == "/"
            && id_query(self.request.target.query).is_some()
            && let Some(moved) = addresses::former(self).await?
        {
            return Ok(moved);
        }
        let takes = |route: &Route| reads || route.methods.contains(self.request.method);
        let mut tried = false;
        for (route, places) in routes::fits(path, self.site.demo).filter(|(route, _)| takes(route))
        {
            tried = true;
            match self.serve(route, places).await {
                Err(Trouble::NotFound) => {}
                done => return done,
            }
        }
        match routes::find(path, self.site.demo) {
            Some(_) if !tried => Ok(self.methods(path)),
            _ => addresses::elsewhere(self).await,
        }
    }

    async fn serve(&self, route: &Route, places: Places<'_>) -> Result<Answer, Trouble> {
        let [first, second, ..] = places;
        if matches!(route.page, Page::Article | Page::Reading) && self.is_charged() {
            return Ok(robots::payment(self));
        }
        match route.page {
            Page::Desk
            | Page::DeskArticles
            | Page::DeskArticle
            | Page::DeskLook
            | Page::DeskLooks
            | Page::DeskRevisions
            | Page::DeskWithdrawal
            | Page::DeskHand
            | Page::DeskFront
            | Page::DeskFrontLook
            | Page::DeskNames
            | Page::DeskStaff
            | Page::DeskRecord
            | Page::DeskSettings
            | Page::DeskSettingsGroup
            | Page::DeskSeeAs
            | Page::DeskInstitutions
            | Page::DeskInstitution
            | Page::DeskReaders
            | Page::DeskLists
            | Page::DeskNumbers
            | Page::DeskNumbersTable
            | Page::DeskReader
            | Page::DeskMedia
            | Page::DeskFile
            | Page::DeskPicture
            | Page::DeskTokens
            | Page::DeskWebhooks
            | Page::DeskWebhook => crate::desk::serve(self, route.page, first).await,
            Page::Api(_) => crate::api::serve(self).await,
            Page::Home => front::page(self).await,
            Page::Section => lists::section(self, first).await,
            Page::Tag => lists::tag(self, first).await,
            Page::Article | Page::Reading => addresses::page(self, route, places).await,
            Page::Offers => offers::page(self).await,
            Page::About => plain::about(self).await,
            Page::Contact => report::contact(self).await,
            Page::Search => search::page(self).await,
            Page::OpenSearch => search::description(self),
            Page::Asset => Box::pin(self.asset(first)).await,
            Page::Media => media::open(self, first).await,
            Page::LockedMedia => media::locked(self, first, second).await,
            Page::SharePicture => share_picture::open(self, first).await,
            Page::Robots => Ok(robots::page(self)),
            Page::TrafficAdvice => Ok(self.fixed(TRAFFIC_ADVICE_TYPE, TRAFFIC_ADVICE)),
            Page::Author => authors::author(self, first).await,
            Page::Series => authors::series(self, first).await,
            Page::Latest => latest::page(self).await,
            Page::Archive => archive::page(self).await,
            Page::ArchiveSpan => archive::span(self, first).await,
            Page::ArchiveMonth => archive::month(self, first, second).await,
            Page::MostRead => most_read::page(self).await,
            Page::Corrections => corrections::page(self).await,
            Page::Edition => edition::today(self).await,
            Page::EditionDay => edition::dated(self, first).await,
            Page::Reports if self.request.reads() => report::thanks(self),
            Page::Reports => report::make(self).await,
            Page::Advertisement => slots::picture(self, first),
            Page::Manifest => manifest::answer_with(self),
            Page::Walls => walls::page(self).await,
            Page::ThemeInForce => Ok(themed::in_force(self)),
            Page::Feed => feed::all(self, first).await,
            Page::FeedOf => feed::of(self, first, second).await,
            Page::Sitemaps => sitemaps::all(self).await,
            Page::Sitemap => sitemaps::file(self, first).await,
            Page::Licence => robots::licence(self),
            Page::Embed => embed::page(self).await,
            Page::Crawlers => crawlers::page(self).await,
            Page::Mailbox => mailbox::all(self).await,
            Page::MailboxMail => mailbox::one(self, first).await,
            Page::MailboxPage => mailbox::page(self, first).await,
            Page::SignIn if self.request.reads() => sign_in::show(self).await,
            Page::SignIn => sign_in::begin(self).await,
            Page::SignInCode if self.request.reads() => sign_in::show_code(self).await,
            Page::SignInCode => sign_in::by_code(self).await,
            Page::SignInPassword if self.request.reads() => Ok(self.see("/sign-in")),
            Page::SignInPassword => passwords::sign_in(self).await,
            Page::SignInPasskey if self.request.reads() => Ok(self.see("/sign-in")),
            Page::SignInPasskey => passkeys::sign_in(self).await,
            Page::SignInDevices if self.request.reads() => entering::show(self).await,
            Page::SignInDevices => entering::choose(self).await,
            Page::SignInLink if self.request.reads() => sign_in::show_link(self, first).await,
            Page::SignInLink => sign_in::by_link(self, first).await,
            Page::SignOut if self.request.reads() => Ok(self.see("/account")),
            Page::SignOut => account::sign_out(self).await,
            Page::Account if self.request.reads() => account::show(self).await,
            Page::Account => account::rename(self).await,
            Page::Activation if self.request.reads() => activation::show(self).await,
            Page::Activation => activation::activate(self).await,
            Page::Sessions if self.request.reads() => Ok(self.see("/account")),
            Page::Sessions => account::end_sessions(self).await,
            Page::Erasure if self.request.reads() => Ok(self.see("/account")),
            Page::Erasure => account::erase(self).await,
            Page::Saved if self.request.reads() => saved::show(self).await,
            Page::Saved => saved::change(self).await,
            Page::Newsletters if self.request.reads() => newsletters::show(self).await,
            Page::Newsletters => newsletters::wish(self).await,
            Page::NewsletterLink if self.request.reads() => {
                newsletters::show_link(self, first).await
            }
            Page::NewsletterLink => newsletters::by_link(self, first).await,
            Page::NewsletterEnd if self.request.reads() => newsletters::show_end(self, first).await,
            Page::NewsletterEnd => newsletters::end(self, first).await,
            Page::MailChoices if self.request.reads() => Ok(self.see("/account#letters")),
            Page::MailChoices => newsletters::choose(self).await,
            Page::NewAddress if self.request.reads() => Ok(self.see("/account#address")),
            Page::NewAddress => new_address::begin(self).await,
            Page::NewAddressCode if self.request.reads() => new_address::show(self).await,
            Page::NewAddressCode => new_address::prove(self).await,
            Page::Password if self.request.reads() => Ok(self.see("/account#password")),
            Page::Password => passwords::change(self).await,
            Page::Passkeys if self.request.reads() => Ok(self.see("/account#passkeys")),
            Page::Passkeys => passkeys::change(self).await,
            Page::AccountData => account::data(self).await,
            Page::OutagePass if self.request.reads() => Ok(self.see("/account")),
            Page::OutagePass => outage_pass::renew(self).await,
            Page::Subscribe if self.request.reads() => subscribing::show(self, first).await,
            Page::Subscribe => subscribing::agree(self, first).await,
            Page::InvoiceOrder if self.request.reads() => invoices::show_order(self, first).await,
            Page::InvoiceOrder => invoices::order(self, first).await,
            Page::Invoices => invoices::show_all(self).await,
            Page::Invoice if self.request.reads() => invoices::show(self, first).await,
            Page::Invoice => invoices::take_back(self, first).await,
            Page::Checkout => subscribing::show_checkout(self, first).await,
            Page::PaymentEvents if self.request.reads() => {
                Ok(self.short(StatusCode::OK, "events of the payment provider are posted here"))
            }
            Page::PaymentEvents => read_back::hint(self).await,
            Page::Cancellation if self.request.reads() => contract::show_cancellation(self).await,
            Page::Cancellation => contract::cancel(self).await,
            Page::Resumption if self.request.reads() => Ok(self.see("/account")),
            Page::Card if self.request.reads() => contract::back_from_card(self).await,
            Page::Resumption => contract::resume(self).await,
            Page::Card => contract::card(self).await,
            Page::PlanChange if self.request.reads() => plan_change::show(self).await,
            Page::PlanChange => plan_change::change(self).await,
            Page::Cancel if self.request.reads() => cancel::show(self).await,
            Page::Cancel => cancel::state(self).await,
            Page::CancelLink if self.request.reads() => cancel::show_link(self, first).await,
            Page::CancelLink => cancel::by_link(self, first).await,
            Page::Gifts if self.request.reads() => Ok(self.see("/account#gifts")),
            Page::Gifts => gifts::give(self).await,
            Page::Gift if self.request.reads() => gifts::show(self, first).await,
            Page::Gift => gifts::open(self, first).await,
            Page::Seats if self.request.reads() => Ok(self.see("/account#seats")),
            Page::Seats => seats::change(self).await,
            Page::Seat if self.request.reads() => seats::show_kept(self).await,
            Page::Seat => seats::accept_kept(self).await,
            Page::SeatLink if self.request.reads() => seats::show(self, first).await,
            Page::SeatLink => seats::accept(self, first).await,
            Page::Withdrawal if self.request.reads() => withdrawal::show(self).await,
            Page::Withdrawal => withdrawal::state(self).await,
            Page::Demo if self.request.reads() => demo::show(self),
            Page::Demo => demo::act(self).await,
            Page::Cashier if self.request.reads() => cashier::show(self, first),
            Page::Cashier => cashier::pay(self, first).await,
            Page::CashierCard if self.request.reads() => cashier::show_card(self, first),
            Page::CashierCard => cashier::another_card(self, first).await,
        }
    }

    /// Whether a reader who asked for this path instead would get a page from this row of the table.
    pub(super) async fn has(&self, route: &Route, path: &str) -> Result<bool, Trouble> {
        let target = Target::of_path(path);
        let Some(places) = routes::places(route, target.path) else { return Ok(false) };
        let request = Request { method: &Method::GET, target, ..*self.request };
        let visit = Visit {
            site: self.site,
            request: &request,
            presentation: Arc::clone(&self.presentation),
            front: Arc::clone(&self.front),
            now: self.now,
            sent: Sent::Nothing,
            reader: OnceLock::new(),
            unsure: OnceLock::new(),
        };
        match Box::pin(visit.serve(route, places)).await {
            Ok(answer) => Ok(matches!(answer.status(), StatusCode::OK | StatusCode::NOT_MODIFIED)),
            Err(Trouble::NotFound) => Ok(false),
            Err(trouble) => Err(trouble),
        }
    }
}
