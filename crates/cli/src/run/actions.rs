//! Builds the request of a job, and sends its targets.

use tencentcloud_cdn::{Area as CdnArea, FlushType, PurgePathCache, PurgeUrlsCache, PushUrlsCache, TaskArea};
use tencentcloud_teo::{CreatePrefetchTask, CreatePurgeTask, PurgeMethod};

use super::drive::Session;
use crate::account::Account;
use crate::args::{Area, Kind};
use crate::journal::Plan;
use crate::output::json;
use crate::routing::{Part, Place, Selection};
use crate::zones::KnownZone;

/// What is done with the targets, wherever they are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct What {
    pub(crate) kind: Kind,
    pub(crate) area: Option<Area>,
    pub(crate) hard: bool,
}

impl What {
    pub(crate) fn of(plan: &Plan) -> Self {
        Self { kind: plan.kind, area: plan.area, hard: plan.hard }
    }

    /// The prefetch that follows a purge. Without an area, CDN prefetches in the mainland only, but
    /// purges everywhere: so everywhere is prefetched.
    pub(crate) fn then_prefetch(self) -> Self {
        Self { kind: Kind::Prefetch, area: Some(self.area.unwrap_or(Area::Global)), hard: false }
    }

    /// The job as the plan shows it.
    pub(crate) fn job(&self, part: &Part, targets: usize) -> json::Job {
        let (product, zone) = match &part.place {
            Place::Cdn => ("cdn", None),
            Place::Zone(zone) => ("teo", Some(json::Zone::from(zone))),
        };
        let has_method = matches!(self.kind, Kind::Dirs | Kind::Hosts | Kind::All);
        let area = match (&part.place, self.area, self.kind) {
            (Place::Zone(_), ..) => None,
            (Place::Cdn, Some(Area::Mainland), _) => Some("mainland"),
            (Place::Cdn, Some(Area::Overseas), _) => Some("overseas"),
            (Place::Cdn, Some(Area::Global), _) => Some("global"),
            (Place::Cdn, None, Kind::Prefetch) => Some("mainland"),
            (Place::Cdn, None, _) => None,
        };
        json::Job {
            product,
            action: self.action(&part.place),
            kind: self.kind,
            zone,
            area,
            method: has_method.then_some(if self.hard { "hard" } else { "soft" }),
            targets,
            requests: None,
            fits_today: None,
        }
    }

    fn action(&self, place: &Place) -> &'static str {
        match (place, self.kind) {
            (Place::Cdn, Kind::Dirs) => "PurgePathCache",
            (Place::Cdn, Kind::Prefetch) => "PushUrlsCache",
            (Place::Cdn, _) => "PurgeUrlsCache",
            (Place::Zone(_), Kind::Prefetch) => "CreatePrefetchTask",
            (Place::Zone(_), _) => "CreatePurgeTask",
        }
    }

    fn method(&self) -> PurgeMethod {
        if self.hard { PurgeMethod::Delete } else { PurgeMethod::Invalidate }
    }
}

/// Sends the targets of a part, and records what became of them.
pub(crate) async fn send(session: &mut Session, account: &Account, what: What, part: &Part) {
    match &part.place {
        Place::Cdn => send_to_cdn(session, account, what, &part.targets).await,
        Place::Zone(zone) => send_to_zone(session, account, what, zone, &part.targets).await,
    }
}

async fn send_to_cdn(session: &mut Session, account: &Account, what: What, targets: &Selection) {
    let list = session.list(targets);
    match what.kind {
        Kind::Dirs => {
            let mut request = PurgePathCache::new(list, if what.hard { FlushType::Delete } else { FlushType::Flush });
            if let Some(area) = purge_area(what.area) {
                request = request.area(area);
            }
            session.drive(account.cdn.purge_path_cache(request), targets).await;
        }
        Kind::Prefetch => {
            let mut request = PushUrlsCache::new(list);
            if let Some(area) = what.area {
                request = request.area(match area {
                    Area::Mainland => TaskArea::Mainland,
                    Area::Overseas => TaskArea::Overseas,
                    Area::Global => TaskArea::Global,
                });
            }
            session.drive(account.cdn.push_urls_cache(request), targets).await;
        }
        // The command line refuses the others for CDN.
        Kind::Urls | Kind::Hosts | Kind::Tags | Kind::All => {
            let mut request = PurgeUrlsCache::new(list);
            if let Some(area) = purge_area(what.area) {
                request = request.area(area);
            }
            session.drive(account.cdn.purge_urls_cache(request), targets).await;
        }
    }
}

/// The area of a purge. Without one, it is carried out wherever the domain is accelerated.
fn purge_area(area: Option<Area>) -> Option<CdnArea> {
    match area? {
        Area::Mainland => Some(CdnArea::Mainland),
        Area::Overseas => Some(CdnArea::Overseas),
        Area::Global => None,
    }
}

async fn send_to_zone(session: &mut Session, account: &Account, what: What, zone: &KnownZone, targets: &Selection) {
    let (id, list) = (zone.id.as_str(), session.list(targets));
    let request = match what.kind {
        Kind::Prefetch => {
            let call = account.teo.create_prefetch_task(CreatePrefetchTask::new(id, list));
            return session.drive(call, targets).await;
        }
        Kind::All => return session.purge_all(account, CreatePurgeTask::all(id).method(what.method()), id).await,
        Kind::Urls => CreatePurgeTask::urls(id, list),
        Kind::Dirs => CreatePurgeTask::prefixes(id, list).method(what.method()),
        Kind::Hosts => CreatePurgeTask::hosts(id, list).method(what.method()),
        Kind::Tags => CreatePurgeTask::cache_tags(id, list),
    };
    session.drive(account.teo.create_purge_task(request), targets).await;
}
