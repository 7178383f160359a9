//! Rows about caches: asked through one that keeps to RFC 9111 and through a real one, in every mode, by one reader after
//! another.

use super::aim;
use crate::evasion::asking::Case;
use crate::evasion::fronts::{Front, Rfc9111, Varnish};
use crate::evasion::list::Request;
use crate::evasion::run::{Aim, Run, is_whole, turn};
use crate::evasion::variants::Trick;
use crate::evasion::worlds::{ARTICLE, Kind, World};

const MODES: [&str; 3] = ["none", "respects_cookies", "blind"];

impl Run<'_> {
    /// Through caches: what one gets is nobody else's, in both orders.
    pub(super) fn behind_caches(&self, request: &Request, trick: Option<Trick>) {
        for mode in MODES {
            let world = self.worlds.world(Kind::Behind(mode));
            let memory = Rfc9111::new(mode == "respects_cookies");
            let mut fronts: Vec<Box<dyn Front>> = vec![Box::new(memory)];
            let varnish = Varnish::start(&world, mode);
            self.worlds.varnish.get_or_init(|| varnish.is_some());
            fronts.extend(varnish.map(|varnish| Box::new(varnish) as Box<dyn Front>));
            for mut front in fronts {
                self.steps(&world, mode, front.as_mut(), request, trick);
            }
        }
    }

    fn steps(
        &self,
        world: &World,
        mode: &str,
        front: &mut dyn Front,
        request: &Request,
        trick: Option<Trick>,
    ) {
        let way = format!("{} before {mode}", front.name());
        let first = Request { then: Vec::new(), ..request.clone() };
        // The row's own order, then everybody once more.
        let mut order: Vec<Request> = vec![first];
        order.extend(request.then.iter().cloned());
        let also = |jar: &str| {
            let mut request = Request {
                method: "GET".to_owned(),
                target: "{A}".to_owned(),
                ..Request::default()
            };
            request.direct("jar", jar);
            request
        };
        order.extend(["none", "subscriber", "exhausted", "none"].map(also));
        let plain = Case::new("GET", &world.paper.path(ARTICLE)).in_process(world);
        let plain = plain.map(|answer| answer.plain()).unwrap_or_default();
        for (place, step) in order.iter().enumerate() {
            let name = step.directive("jar").unwrap_or("exhausted");
            let is_entitled = world.asker(name).is_some_and(|asker| asker.absent.is_some());
            // Whoever has opened the article stands for those whom this build does not have.
            let mut asker = match (is_entitled, world.asker(name)) {
                (true, _) | (_, None) => world.entitled(),
                (false, Some(asker)) => asker,
            };
            let mut case = self.case(turn(world, place), step, &mut asker);
            if let Some(trick) = trick.filter(|_| place == 0) {
                case.play(trick);
            }
            let Some(answer) = front.ask(world, &case) else { continue };
            self.count_sent();
            let aim = Aim { is_row_s: place == 0, ..aim(world, &asker, true) };
            self.judge(aim, &case, &answer, &way);
            let is_at_article =
                world.article_of(&case.target) == Some(ARTICLE) && case.method == "GET";
            if place == 0 || !is_at_article {
                continue;
            }
            if asker.may.contains(&ARTICLE) {
                let seen = if mode == "blind" {
                    let reading = world.paper.sheet(ARTICLE).reading();
                    self.count_sent();
                    front.ask(world, &Case { target: reading, ..case.clone() })
                } else {
                    Some(answer)
                };
                let text = seen.map(|answer| answer.text()).unwrap_or_default();
                self.check(is_whole(world, &text, ARTICLE), || {
                    format!("{way}: {} does not get the article that is open", case.told())
                });
            } else if name == "none" {
                let same = answer.plain() == plain;
                self.check(same, || format!("{way}: what a stranger gets was changed by another"));
            }
        }
        for offence in front.offences() {
            self.fault(format!("{way}: {offence}"));
        }
    }
}
