//! Forms with files on their way in: a few at a time, onto the disk as they come. Who may send one is asked before a byte of it is read,
//! and what is in it is looked at by the page that it was sent to.

use bytes::Bytes;
use http::Method;
use http_body_util::BodyExt;
use hyper::body::Body;

use super::{Inner, Sent};
use crate::shell::parcel::{PARCEL_BYTES_MAX, Packing, ParcelFault, is_parcel};
use crate::shell::request::{Headers, Target};
use crate::shell::routes::{self, Route};

/// Forms with files that come in at the same time; a further one is told to come back.
pub(super) const AT_ONCE_MAX: usize = 4;
/// Bytes that are gathered before they are written.
const GATHERED_BYTES: usize = 256 * 1_024;
/// Bytes beyond the limit that are read and thrown away, so that whoever sends them hears why.
const DRAINED_BYTES_MAX: u64 = 2 * PARCEL_BYTES_MAX;

/// Whether a request is a form with files, to an address that takes them.
pub(super) fn may_have_files(method: &Method, target: Target<'_>, headers: Headers<'_>) -> bool {
    let brings = matches!(*method, Method::POST | Method::PUT);
    let is_form = brings && headers.told("content-type").is_some_and(is_parcel);
    let takes = |route: &Route| route.takes_files && route.methods.contains(method);
    is_form && routes::find(target.path, true).is_some_and(|(route, _)| takes(route))
}

/// Takes a form in.
pub(super) async fn receive<B>(site: &Inner, headers: Headers<'_>, mut body: B) -> Sent
where
    B: Body<Data = Bytes> + Unpin,
{
    let Ok(_turn) = site.arriving.try_acquire() else { return Sent::Busy };
    let media_type = headers.told("content-type").unwrap_or_default().to_owned();
    let folder = site.store.folder().to_owned();
    let Ok(Ok(mut packing)) = site.pool.run(move || Packing::begin(&folder)).await else {
        return Sent::Broken;
    };
    let (mut gathered, mut length) = (Vec::new(), 0_u64);
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return Sent::Broken };
        let Ok(bytes) = frame.into_data() else { continue };
        length += bytes.len() as u64;
        if length > DRAINED_BYTES_MAX {
            return Sent::TooLong;
        }
        if length <= PARCEL_BYTES_MAX {
            gathered.extend_from_slice(&bytes);
        }
        if gathered.len() >= GATHERED_BYTES {
            let piece = std::mem::take(&mut gathered);
            let added = site.pool.run(move || packing.add(&piece).map(|()| packing)).await;
            match added {
                Ok(Ok(added)) => packing = added,
                _ => return Sent::Broken,
            }
        }
    }
    if length > PARCEL_BYTES_MAX {
        return Sent::TooLong;
    }
    let closed = site
        .pool
        .run(move || {
            packing.add(&gathered)?;
            packing.close(&media_type)
        })
        .await;
    match closed {
        Ok(Ok(parcel)) => Sent::Files(parcel),
        Ok(Err(ParcelFault::TooMuch(_))) => Sent::TooLong,
        Ok(Err(fault)) => {
            tracing::info!(%fault, "a form with files was not taken");
            Sent::Broken
        }
        Err(_) => Sent::Busy,
    }
}
