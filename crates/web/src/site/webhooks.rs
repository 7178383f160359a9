//! What goes to webhooks: the text of a message, its secrets, and the letter that says that one was switched off. Secrets are drawn from the
//! paper's own, so that no table and no copy of the database has them.

use face::Letter;
use serde_json::json;
use store::{DueDelivery, NewMail, WebhookRow};

use super::{Inner, Site, Visit};
use crate::shell::request::{Headers, Request, Target};

/// What the secret of a webhook is drawn for.
const PURPOSE: &str = "masthead 2026 webhook";

impl Inner {
    /// The secret that a salt stands for.
    pub(crate) fn webhook_secret(&self, salt: &[u8; 16]) -> [u8; 32] {
        let key = blake3::derive_key(PURPOSE, &self.secret);
        *blake3::keyed_hash(&key, salt).as_bytes()
    }
}

impl Site {
    /// What a message is signed with: one secret, or two while one is changed for the other.
    #[must_use]
    pub fn webhook_secrets(&self, webhook: &WebhookRow) -> Vec<[u8; 32]> {
        let site = &self.0;
        let now = site.clock.now();
        let former = webhook.former.as_ref().filter(|(_, until)| *until > now);
        let salts = std::iter::once(&webhook.salt).chain(former.map(|(salt, _)| salt));
        salts.map(|salt| site.webhook_secret(salt)).collect()
    }

    /// The text of a message: what happened, with which id, and when. No name, no address, no text.
    #[must_use]
    pub fn webhook_message(&self, delivery: &DueDelivery) -> String {
        let noun = delivery.kind.split('.').next().unwrap_or_default();
        let data = match noun {
            "payment" => {
                json!({ "id": delivery.detail, "subscription": delivery.subject })
            }
            "webhook" => json!({}),
            _ => json!({ "id": delivery.subject }),
        };
        let at = delivery.happened_at.to_string();
        json!({ "type": delivery.kind, "timestamp": at, "data": data }).to_string()
    }

    /// The letters to the owners that a webhook was switched off.
    ///
    /// # Errors
    /// [`gate::Outage`].
    pub async fn webhook_letters(
        &self,
        delivery: &DueDelivery,
    ) -> Result<Vec<NewMail>, gate::Outage> {
        let request = Request {
            method: &http::Method::GET,
            target: Target::of_path("/"),
            headers: Headers::NONE,
            address: [127, 0, 0, 1].into(),
        };
        let visit: Visit<'_> = self.visit(&request).await;
        let row = &delivery.webhook;
        let page = format!("{}/desk/webhooks/{}", visit.site.shown_address(), row.number);
        let letter = Letter::WebhookOff { name: &row.name, page: &page };
        let staff = visit.site.store.staff().await?;
        let owners = staff.iter().filter(|row| row.role == newsroom::Role::Owner);
        Ok(owners.map(|owner| visit.letter(&owner.mail, &letter)).collect())
    }
}
