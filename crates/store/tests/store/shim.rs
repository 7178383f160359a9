//! A disk that forgets: a file system of SQLite's that keeps what was not synced in memory alone, and at a cut of the
//! power loses it, or keeps any part of it. It can also be full, and refuse to be written.
//!
//! It lies over the default file system and passes locks and shared memory on; only the database, its journal and its
//! write-ahead log are kept in this way. A file that is deleted is gone at once.

#![expect(unsafe_code, reason = "SQLite takes a file system as a table of C functions")]

use std::collections::BTreeMap;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;
use std::ptr::{null, null_mut};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::ffi;

use crate::stage::Dice;

type File = ffi::sqlite3_file;

/// What a torn write keeps or loses as a whole.
const SECTOR: usize = 512;

/// A way in which the disk refuses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fault {
    /// No room for anything more.
    Full,
    /// No room for a file longer than this.
    FullBeyond(u64),
    /// Files open for reading alone.
    ReadOnly,
    /// Nothing can be synced.
    Unsynced,
}

/// What becomes of the writes that were not synced when the power went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Remains {
    /// None of them is on the disk.
    Nothing,
    /// The first of them, the last of those torn.
    Beginning,
    /// Any sectors of them, in any order.
    AnySectors,
}

enum Pending {
    Write { offset: u64, bytes: Vec<u8> },
    Length(u64),
}

/// One file: as the programs see it, and what of that is not on the disk.
#[derive(Default)]
struct Kept {
    now: Vec<u8>,
    pending: Vec<Pending>,
}

impl Kept {
    fn write(&mut self, offset: u64, bytes: &[u8]) {
        overwrite(&mut self.now, offset, bytes);
        self.pending.push(Pending::Write { offset, bytes: bytes.to_vec() });
    }
}

fn overwrite(file: &mut Vec<u8>, offset: u64, bytes: &[u8]) {
    let start = usize::try_from(offset).unwrap();
    let end = start + bytes.len();
    if file.len() < end {
        file.resize(end, 0);
    }
    file[start..end].copy_from_slice(bytes);
}

#[derive(Default)]
struct State {
    files: BTreeMap<String, Kept>,
    /// Writes, changes of length, syncs and deletions since the disk was armed.
    steps: u64,
    cut_at: Option<u64>,
    is_cut: bool,
    fault: Option<Fault>,
}

impl State {
    /// Counts a step, in which the power may go. What is under way then is not answered.
    fn step(&mut self) -> c_int {
        self.steps += 1;
        self.is_cut |= Some(self.steps) == self.cut_at;
        if self.is_cut { ffi::SQLITE_IOERR } else { ffi::SQLITE_OK }
    }
}

/// The disk. It lives as long as the process, as SQLite demands of a file system.
pub(crate) struct Disk {
    name: CString,
    below: *mut ffi::sqlite3_vfs,
    state: Mutex<State>,
}

// SAFETY: `below` is SQLite's default file system, which it uses from all threads itself; the rest is behind a lock.
unsafe impl Sync for Disk {}

impl Disk {
    /// A new disk, under a name of its own.
    pub(crate) fn insert() -> &'static Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = format!("forgetful-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        // SAFETY: a null name asks for the default file system, which is never freed.
        let below = unsafe { ffi::sqlite3_vfs_find(null()) };
        assert!(!below.is_null());
        let state = Mutex::default();
        let disk: &'static Self =
            Box::leak(Box::new(Self { name: CString::new(name).unwrap(), below, state }));
        // SAFETY: `below` points to a file system; a copy of its table keeps its functions, which look at nothing of
        // their own in it except when a file is opened, and `open` hands them the original.
        let mut vfs = unsafe { *below };
        vfs.szOsFile += c_int::try_from(HEAD).unwrap();
        vfs.zName = disk.name.as_ptr();
        vfs.pNext = null_mut();
        vfs.pAppData = std::ptr::from_ref(disk).cast_mut().cast::<c_void>();
        vfs.xOpen = Some(open);
        vfs.xDelete = Some(delete);
        vfs.xAccess = Some(access);
        // SAFETY: the table lives for ever, and 0 leaves the default file system the default.
        let code = unsafe { ffi::sqlite3_vfs_register(Box::leak(Box::new(vfs)), 0) };
        assert_eq!(code, ffi::SQLITE_OK);
        disk
    }

    /// The name to open databases with.
    pub(crate) fn name(&self) -> String {
        self.name.to_str().unwrap().to_owned()
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Counts steps from now on, and cuts the power in the `cut_at`-th, where there is one.
    pub(crate) fn arm(&self, cut_at: Option<u64>) {
        let mut state = self.state();
        (state.steps, state.cut_at) = (0, cut_at);
    }

    /// Steps since it was armed.
    pub(crate) fn steps(&self) -> u64 {
        self.state().steps
    }

    pub(crate) fn is_cut(&self) -> bool {
        self.state().is_cut
    }

    pub(crate) fn set_fault(&self, fault: Option<Fault>) {
        self.state().fault = fault;
    }

    /// The power is back, and every file is closed: what remains of the unsynced writes is on the real disk, and the
    /// files are nobody's but the default file system's.
    pub(crate) fn restore(&self, remains: Remains, dice: &mut Dice) {
        let state = std::mem::take(&mut *self.state());
        for (path, kept) in state.files {
            let file = OpenOptions::new().write(true).open(&path).unwrap();
            let put = |offset: u64, bytes: &[u8]| file.write_all_at(bytes, offset).unwrap();
            let whole = match remains {
                Remains::Nothing => 0,
                Remains::Beginning => dice.below(kept.pending.len() as u64 + 1) as usize,
                Remains::AnySectors => kept.pending.len(),
            };
            for (place, pending) in kept.pending.iter().enumerate().take(whole + 1) {
                match (pending, remains) {
                    (_, Remains::Nothing) => {}
                    (Pending::Length(length), _) if place < whole => {
                        if remains == Remains::Beginning || dice.below(2) == 0 {
                            file.set_len(*length).unwrap();
                        }
                    }
                    (Pending::Length(_), _) => {}
                    (Pending::Write { offset, bytes }, Remains::Beginning) => {
                        let torn = dice.below(bytes.len() as u64 + 1) as usize;
                        put(*offset, if place < whole { bytes } else { &bytes[..torn] });
                    }
                    (Pending::Write { offset, bytes }, Remains::AnySectors) => {
                        for (number, sector) in bytes.chunks(SECTOR).enumerate() {
                            if dice.below(2) == 0 {
                                put(offset + (number * SECTOR) as u64, sector);
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A file of this disk as SQLite holds it; the file below follows it in memory.
#[repr(C)]
struct Handle {
    base: File,
    disk: &'static Disk,
    path: *mut String,
}

/// Where the file below begins: SQLite gives memory that is aligned to eight bytes.
const HEAD: usize = size_of::<Handle>().next_multiple_of(8);

/// The file below.
///
/// # Safety
/// `file` was opened by [`open`].
unsafe fn below(file: *mut File) -> *mut File {
    // SAFETY: SQLite gave `szOsFile` bytes, which are those of the handle and of a file below.
    unsafe { file.cast::<u8>().add(HEAD).cast() }
}

/// Hands a call on to the file below. To be used inside of `unsafe`, with a file that [`open`] opened.
macro_rules! pass_on {
    ($file:expr, $method:ident $(, $argument:expr)*) => {{
        let file = below($file);
        match (*(*file).pMethods).$method {
            Some(method) => method(file $(, $argument)*),
            None => ffi::SQLITE_IOERR,
        }
    }};
}

/// Does something with what is kept of a file.
///
/// # Safety
/// `file` was opened by [`open`] and is not closed.
unsafe fn with<T>(file: *mut File, work: impl FnOnce(&mut State, &str) -> T) -> T {
    // SAFETY: `open` wrote a handle there, whose path is freed by `close` alone.
    let (disk, path) = unsafe {
        let handle = &*file.cast::<Handle>();
        (handle.disk, &*handle.path)
    };
    work(&mut disk.state(), path)
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    // 2: shared memory, and no reading through a map of the file.
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// The disk of a table that [`Disk::insert`] registered, and the file system below it.
///
/// # Safety
/// `vfs` is such a table.
unsafe fn disk_of(vfs: *mut ffi::sqlite3_vfs) -> &'static Disk {
    // SAFETY: `insert` put the leaked disk there.
    unsafe { &*(*vfs).pAppData.cast::<Disk>() }
}

unsafe extern "C" fn open(
    vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    file: *mut File,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    let kept = ffi::SQLITE_OPEN_MAIN_DB | ffi::SQLITE_OPEN_MAIN_JOURNAL | ffi::SQLITE_OPEN_WAL;
    // SAFETY: SQLite calls with a table of ours, room for a file of `szOsFile` bytes, and a name that lives as long as
    // the file. The handle is written before SQLite sees its methods.
    unsafe {
        let disk = disk_of(vfs);
        let Some(open_below) = (*disk.below).xOpen else { return ffi::SQLITE_CANTOPEN };
        if name.is_null() || flags & kept == 0 {
            return open_below(disk.below, name, file, flags, out);
        }
        (*file).pMethods = null();
        let mut state = disk.state();
        if state.is_cut {
            return ffi::SQLITE_CANTOPEN;
        }
        let writes = ffi::SQLITE_OPEN_READWRITE | ffi::SQLITE_OPEN_CREATE;
        let flags = match state.fault {
            Some(Fault::ReadOnly) => flags & !writes | ffi::SQLITE_OPEN_READONLY,
            _ => flags,
        };
        let code = open_below(disk.below, name, below(file), flags, out);
        if code != ffi::SQLITE_OK {
            return code;
        }
        let path = CStr::from_ptr(name).to_str().unwrap().to_owned();
        if !state.files.contains_key(&path) {
            let mut size = 0;
            assert_eq!(pass_on!(file, xFileSize, &raw mut size), ffi::SQLITE_OK);
            let mut now = vec![0_u8; usize::try_from(size).unwrap()];
            let amount = c_int::try_from(size).unwrap();
            assert_eq!(pass_on!(file, xRead, now.as_mut_ptr().cast(), amount, 0), ffi::SQLITE_OK);
            state.files.insert(path.clone(), Kept { now, pending: Vec::new() });
        }
        let base = File { pMethods: &raw const METHODS };
        let path = Box::into_raw(Box::new(path));
        file.cast::<Handle>().write(Handle { base, disk, path });
        ffi::SQLITE_OK
    }
}

unsafe extern "C" fn delete(
    vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    sync_folder: c_int,
) -> c_int {
    // SAFETY: SQLite calls with a table of ours and a name that ends with a zero.
    unsafe {
        let disk = disk_of(vfs);
        let mut state = disk.state();
        if state.step() != ffi::SQLITE_OK {
            return ffi::SQLITE_IOERR_DELETE;
        }
        state.files.remove(CStr::from_ptr(name).to_str().unwrap());
        match (*disk.below).xDelete {
            Some(delete_below) => delete_below(disk.below, name, sync_folder),
            None => ffi::SQLITE_IOERR_DELETE,
        }
    }
}

unsafe extern "C" fn access(
    vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite calls with a table of ours, a name that ends with a zero, and a place for the answer.
    unsafe {
        let disk = disk_of(vfs);
        let path = CStr::from_ptr(name).to_str().unwrap();
        // The real file is empty until something was synced.
        if disk.state().files.get(path).is_some_and(|kept| !kept.now.is_empty()) {
            *out = 1;
            return ffi::SQLITE_OK;
        }
        match (*disk.below).xAccess {
            Some(access_below) => access_below(disk.below, name, flags, out),
            None => ffi::SQLITE_IOERR_ACCESS,
        }
    }
}

unsafe extern "C" fn close(file: *mut File) -> c_int {
    // SAFETY: SQLite closes a file that `open` opened once, and does not use it afterwards.
    unsafe {
        drop(Box::from_raw((*file.cast::<Handle>()).path));
        pass_on!(file, xClose)
    }
}

unsafe extern "C" fn read(
    file: *mut File,
    into: *mut c_void,
    amount: c_int,
    offset: ffi::sqlite3_int64,
) -> c_int {
    let (amount, start) = (usize::try_from(amount).unwrap(), usize::try_from(offset).unwrap());
    // SAFETY: SQLite reads an open file into memory of `amount` bytes.
    unsafe {
        let into = std::slice::from_raw_parts_mut(into.cast::<u8>(), amount);
        with(file, |state, path| {
            if state.is_cut {
                return ffi::SQLITE_IOERR_READ;
            }
            let now = &state.files[path].now;
            let there = now.get(start..).unwrap_or_default();
            let there = &there[..there.len().min(amount)];
            into[..there.len()].copy_from_slice(there);
            into[there.len()..].fill(0);
            if there.len() == amount { ffi::SQLITE_OK } else { ffi::SQLITE_IOERR_SHORT_READ }
        })
    }
}

unsafe extern "C" fn write(
    file: *mut File,
    from: *const c_void,
    amount: c_int,
    offset: ffi::sqlite3_int64,
) -> c_int {
    let (amount, offset) = (usize::try_from(amount).unwrap(), u64::try_from(offset).unwrap());
    // SAFETY: SQLite writes to an open file from memory of `amount` bytes.
    unsafe {
        let from = std::slice::from_raw_parts(from.cast::<u8>(), amount);
        with(file, |state, path| {
            match state.fault {
                Some(Fault::Full) => return ffi::SQLITE_FULL,
                Some(Fault::FullBeyond(length)) if offset + from.len() as u64 > length => {
                    return ffi::SQLITE_FULL;
                }
                Some(Fault::ReadOnly) => return ffi::SQLITE_READONLY,
                _ if state.is_cut => return ffi::SQLITE_IOERR_WRITE,
                _ => {}
            }
            // The write in which the power goes may reach the disk in parts, too.
            let code = state.step();
            state.files.entry(path.to_owned()).or_default().write(offset, from);
            code
        })
    }
}

unsafe extern "C" fn truncate(file: *mut File, length: ffi::sqlite3_int64) -> c_int {
    let length = u64::try_from(length).unwrap();
    // SAFETY: SQLite cuts an open file.
    unsafe {
        with(file, |state, path| {
            if state.is_cut {
                return ffi::SQLITE_IOERR_TRUNCATE;
            }
            let code = state.step();
            let kept = state.files.entry(path.to_owned()).or_default();
            kept.now.resize(usize::try_from(length).unwrap(), 0);
            kept.pending.push(Pending::Length(length));
            code
        })
    }
}

unsafe extern "C" fn sync(file: *mut File, _flags: c_int) -> c_int {
    // SAFETY: SQLite syncs an open file; the bytes handed on live until the call is over.
    unsafe {
        let pending = with(file, |state, path| {
            if state.fault == Some(Fault::Unsynced)
                || state.is_cut
                || state.step() != ffi::SQLITE_OK
            {
                return Err(ffi::SQLITE_IOERR_FSYNC);
            }
            Ok(std::mem::take(&mut state.files.entry(path.to_owned()).or_default().pending))
        });
        let Ok(pending) = pending else { return ffi::SQLITE_IOERR_FSYNC };
        for pending in pending {
            let code = match pending {
                Pending::Write { offset, bytes } => {
                    let amount = c_int::try_from(bytes.len()).unwrap();
                    pass_on!(file, xWrite, bytes.as_ptr().cast(), amount, offset.cast_signed())
                }
                Pending::Length(length) => pass_on!(file, xTruncate, length.cast_signed()),
            };
            assert_eq!(code, ffi::SQLITE_OK, "the real disk has to be sound");
        }
        ffi::SQLITE_OK
    }
}

unsafe extern "C" fn file_size(file: *mut File, out: *mut ffi::sqlite3_int64) -> c_int {
    // SAFETY: SQLite asks for the size of an open file, with a place for the answer.
    unsafe {
        *out = with(file, |state, path| i64::try_from(state.files[path].now.len()).unwrap());
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn file_control(file: *mut File, what: c_int, value: *mut c_void) -> c_int {
    if matches!(what, ffi::SQLITE_FCNTL_SIZE_HINT | ffi::SQLITE_FCNTL_CHUNK_SIZE) {
        // These would change the real file behind our back.
        return ffi::SQLITE_OK;
    }
    // SAFETY: handed on as it came.
    unsafe { pass_on!(file, xFileControl, what, value) }
}

unsafe extern "C" fn sector_size(_file: *mut File) -> c_int {
    c_int::try_from(SECTOR).unwrap()
}

unsafe extern "C" fn device_characteristics(_file: *mut File) -> c_int {
    // All that this disk promises: a torn write leaves alone what it was not about.
    ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE
}

unsafe extern "C" fn lock(file: *mut File, level: c_int) -> c_int {
    // SAFETY: handed on as it came.
    unsafe { pass_on!(file, xLock, level) }
}

unsafe extern "C" fn unlock(file: *mut File, level: c_int) -> c_int {
    // SAFETY: handed on as it came.
    unsafe { pass_on!(file, xUnlock, level) }
}

unsafe extern "C" fn check_reserved_lock(file: *mut File, out: *mut c_int) -> c_int {
    // SAFETY: handed on as it came.
    unsafe { pass_on!(file, xCheckReservedLock, out) }
}

unsafe extern "C" fn shm_map(
    file: *mut File,
    region: c_int,
    size: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    // SAFETY: handed on as it came.
    unsafe { pass_on!(file, xShmMap, region, size, extend, out) }
}

unsafe extern "C" fn shm_lock(file: *mut File, offset: c_int, count: c_int, flags: c_int) -> c_int {
    // SAFETY: handed on as it came.
    unsafe { pass_on!(file, xShmLock, offset, count, flags) }
}

unsafe extern "C" fn shm_barrier(file: *mut File) {
    // SAFETY: handed on as it came; the file system below has shared memory.
    unsafe {
        let file = below(file);
        if let Some(method) = (*(*file).pMethods).xShmBarrier {
            method(file);
        }
    }
}

unsafe extern "C" fn shm_unmap(file: *mut File, delete: c_int) -> c_int {
    // SAFETY: handed on as it came.
    unsafe { pass_on!(file, xShmUnmap, delete) }
}
