//! Papers as files: the folder and the tar that exports write and imports read, and the copies that backups are. One way
//! in and one way out; it decides nothing about access, and every file of a locked body stays behind the gate.

pub(crate) mod copy;
pub(crate) mod folder;
pub(crate) mod foreign;
pub(crate) mod intake;
pub(crate) mod names;
pub(crate) mod own;
pub(crate) mod pack;
pub(crate) mod printout;
pub(crate) mod redirects;
pub(crate) mod report;
pub(crate) mod subscribers;
pub(crate) mod tarball;
pub(crate) mod uploads;

/// The largest file that an import takes or an export holds beside a database, in bytes. Pictures have a limit of
/// their own, `newsroom::picture::PICTURE_BYTES_MAX`.
pub(crate) const FILE_BYTES_MAX: u64 = 64 << 20;
