//! The paper's secret: 32 random bytes in a file of its own, readable by its owner alone. Visitor ids and wall codes are
//! derived from it; losing it makes every visitor a stranger, and nothing worse.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};
use gate::Random;

/// The name of its file in the data folder.
pub(crate) const SECRET: &str = "secret.key";

/// What becomes of a data folder without a secret.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Missing {
    /// One is drawn: the paper is new, or its operator said so.
    Drawn,
    /// The paper is in use and its secret was lost: nobody draws another without being told to.
    Told,
}

/// Reads the secret of a data folder; `missing` says what to do where there is none.
pub(crate) fn read_or_draw(
    folder: &Path,
    random: &Random,
    missing: Missing,
) -> anyhow::Result<[u8; 32]> {
    let path = folder.join(SECRET);
    match fs::read(&path) {
        Ok(bytes) => match <[u8; 32]>::try_from(bytes.as_slice()) {
            Ok(secret) => Ok(secret),
            Err(_) => bail!(
                "{} holds {} bytes and not 32: it is damaged; bring it back from a backup, or remove it to begin \
                 anew (every visitor is then a stranger)",
                path.display(),
                bytes.len()
            ),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            if missing == Missing::Told {
                bail!(
                    "{} is missing, and this paper has articles or readings: with another secret every visitor is a \
                     stranger with a whole allowance, and codes on walls of before cannot be explained; bring the file \
                     back from a backup, or begin anew with `masthead serve --new-secret`",
                    path.display()
                );
            }
            let secret = random.bytes();
            write_whole(folder, SECRET, &secret)
                .with_context(|| format!("the secret cannot be written to {}", path.display()))?;
            Ok(secret)
        }
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
    }
}

/// A file that its owner alone can read, whole or not at all: beside its place, on the disk, and then the name.
pub(crate) fn write_whole(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let beside = folder.join(format!("{name}.new"));
    // One that a killed program left may have been open to others.
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, folder.join(name))?;
    fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn what_a_torn_start_left_behind_opens_the_secret_to_nobody() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let beside = folder.path().join("secret.key.new");
        fs::write(&beside, b"torn").unwrap();
        fs::set_permissions(&beside, fs::Permissions::from_mode(0o666)).unwrap();
        let random = Random::counted(1);
        let drawn = read_or_draw(folder.path(), &random, Missing::Drawn).unwrap();
        let path = folder.path().join(SECRET);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read(&path).unwrap(), drawn);
        assert!(!beside.exists());
        assert_eq!(read_or_draw(folder.path(), &random, Missing::Told).unwrap(), drawn);
    }
}
