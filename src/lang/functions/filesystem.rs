//! Files and paths. What may be read, and from where, is for the scope's [`Files`] to say.

use super::encoding::shown;
use super::glob::{self, Trouble};
use super::hash::{base64_digest, hex};
use super::{Environment, Failure, Function, Kind, Parameter, Returns, Run, base64, text};
use crate::lang::files::{FileError, Files};
use crate::lang::types::Type;
use crate::lang::value::{Marks, Value};
use md5::Md5;
use sha1::Sha1;
use sha2::{Sha256, Sha512};

const PATH: &[Parameter] = &[Parameter::new("path", Kind::String)];
const ANY_PATH: &[Parameter] = &[Parameter::new("path", Kind::String).marked().unknown()];

const fn function(
    name: &'static str,
    parameters: &'static [Parameter],
    returns: Kind,
    run: fn(&[Value], &Environment<'_, '_>) -> Result<Value, Failure>,
) -> Function {
    Function {
        name,
        parameters,
        variadic: None,
        returns: Returns::Always(returns),
        run: Run::Values(run),
        never_null: true,
    }
}

pub(super) const FUNCTIONS: &[Function] = &[
    function("abspath", PATH, Kind::String, abs_path),
    function("basename", PATH, Kind::String, |values, _| {
        Ok(Value::text(base_name(text(values, 0))))
    }),
    function("dirname", PATH, Kind::String, |values, _| {
        Ok(Value::text(dir_name(text(values, 0))))
    }),
    function("file", ANY_PATH, Kind::String, file),
    function("filebase64", ANY_PATH, Kind::String, file_base64),
    function(
        "filebase64sha256",
        PATH,
        Kind::String,
        |values, environment| digest(values, environment, base64_digest::<Sha256>),
    ),
    function(
        "filebase64sha512",
        PATH,
        Kind::String,
        |values, environment| digest(values, environment, base64_digest::<Sha512>),
    ),
    function("fileexists", ANY_PATH, Kind::Bool, file_exists),
    function("filemd5", PATH, Kind::String, |values, environment| {
        digest(values, environment, hex::<Md5>)
    }),
    function(
        "fileset",
        &[
            Parameter::new("path", Kind::String).marked().unknown(),
            Parameter::new("pattern", Kind::String).marked().unknown(),
        ],
        Kind::StringSet,
        file_set,
    ),
    function("filesha1", PATH, Kind::String, |values, environment| {
        digest(values, environment, hex::<Sha1>)
    }),
    function("filesha256", PATH, Kind::String, |values, environment| {
        digest(values, environment, hex::<Sha256>)
    }),
    function("filesha512", PATH, Kind::String, |values, environment| {
        digest(values, environment, hex::<Sha512>)
    }),
    function("pathexpand", PATH, Kind::String, path_expand),
];

fn marks(values: &[Value]) -> Marks {
    values
        .iter()
        .fold(Marks::NONE, |marks, value| marks | value.marks())
}

fn any_unknown(values: &[Value]) -> bool {
    values.iter().any(|value| !value.is_known())
}

fn files<'a>(environment: &Environment<'_, 'a>) -> Result<&'a dyn Files, String> {
    environment
        .context
        .files()
        .ok_or_else(|| "files cannot be read here".to_owned())
}

/// The bytes of a file, within the budget.
pub(super) fn read(
    path: &str,
    marks: Marks,
    environment: &Environment<'_, '_>,
) -> Result<Vec<u8>, Failure> {
    let bytes = files(environment)
        .map_err(|why| Failure::Argument(0, why))?
        .read(path)
        .map_err(|error| {
            Failure::Argument(
                0,
                match error {
                    FileError::Missing => format!(
                        "no file exists at {}; this function works only with files that are distributed as part of the configuration source code, so if this file will be created by a resource in this configuration you must instead obtain this result from an attribute of that resource",
                        shown(path, marks)
                    ),
                    FileError::Folder => "failed to read file: it is a directory".to_owned(),
                    FileError::Refused(why) => {
                        format!("cannot read {}: {why}", shown(path, marks))
                    }
                },
            )
        })?;
    environment.context.budget().make(bytes.len())?;
    Ok(bytes)
}

fn file(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let marks = marks(values);
    if any_unknown(values) {
        return Ok(Value::unknown_of(Type::String).with_marks(marks));
    }
    let path = text(values, 0);
    let content = String::from_utf8(read(path, marks, environment)?).map_err(|_| {
        Failure::Call(format!(
            "contents of {} are not valid UTF-8; use the filebase64 function to obtain the Base64 encoded contents or the other file functions (e.g. filemd5, filesha256) to obtain file hashing results instead",
            shown(path, marks)
        ))
    })?;
    Ok(Value::text(content).with_marks(marks))
}

fn file_base64(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let marks = marks(values);
    if any_unknown(values) {
        return Ok(Value::unknown_of(Type::String).with_marks(marks));
    }
    let bytes = read(text(values, 0), marks, environment)?;
    Ok(Value::string(base64::encode(&bytes)).with_marks(marks))
}

fn digest(
    values: &[Value],
    environment: &Environment<'_, '_>,
    of: fn(&[u8]) -> String,
) -> Result<Value, Failure> {
    let bytes =
        read(text(values, 0), Marks::NONE, environment).map_err(|failure| match failure {
            // These functions do not say which argument it was.
            Failure::Argument(_, why) => Failure::Call(why),
            failure => failure,
        })?;
    Ok(Value::string(of(&bytes)))
}

fn file_exists(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let marks = marks(values);
    if any_unknown(values) {
        return Ok(Value::unknown_of(Type::Bool).with_marks(marks));
    }
    let path = text(values, 0);
    let exists = files(environment)
        .map_err(Failure::Call)?
        .exists(path)
        .map_err(|error| match error {
            FileError::Folder => {
                Failure::Call(format!("{} is a directory, not a file", shown(path, marks)))
            }
            FileError::Refused(why) => {
                Failure::Call(format!("cannot look at {}: {why}", shown(path, marks)))
            }
            FileError::Missing => Failure::Call(format!("failed to stat {}", shown(path, marks))),
        })?;
    Ok(Value::bool(exists).with_marks(marks))
}

fn file_set(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let marks = marks(values);
    if any_unknown(values) {
        return Ok(Value::unknown_of(Type::set(Type::String)).with_marks(marks));
    }
    let (folder, pattern) = (text(values, 0), text(values, 1));
    // Terraform cleans the path and the pattern together.
    let pattern = clean(pattern);
    let pattern = pattern.strip_prefix('/').unwrap_or(&pattern);
    // Places outside of the folder, and folders that are patterns themselves, are not looked at.
    if pattern.starts_with("..") || folder.contains(['*', '?', '[', '{', '\\']) {
        return Ok(Value::unknown_of(Type::set(Type::String)).with_marks(marks));
    }
    let files = files(environment).map_err(Failure::Call)?;
    let refused = |why| Failure::Call(format!("cannot list {}: {why}", shown(folder, marks)));
    let mut found = Vec::new();
    if matches!(pattern, "" | ".") {
        // No pattern at all is the path itself, if that is a file.
        match files.exists(folder) {
            Ok(true) => found.push(Value::string(".")),
            Ok(false) | Err(FileError::Missing | FileError::Folder) => {}
            Err(FileError::Refused(why)) => return Err(refused(why)),
        }
    } else {
        let paths = match files.list(folder) {
            Ok(paths) => paths,
            // A folder that is not there holds no files.
            Err(FileError::Missing | FileError::Folder) => Vec::new(),
            Err(FileError::Refused(why)) => return Err(refused(why)),
        };
        let budget = environment.context.budget();
        budget.make_elements(paths.len())?;
        for path in paths {
            let matches =
                glob::matches(pattern, &path, budget).map_err(|trouble| match trouble {
                    Trouble::Whole(error) => Failure::Whole(error),
                    Trouble::BadPattern => Failure::Call(format!(
                        "failed to glob pattern {}: syntax error in pattern",
                        shown(pattern, marks)
                    )),
                })?;
            if matches {
                found.push(Value::text(path));
            }
        }
    }
    Ok(Value::set_of(Type::String, found).with_marks(marks))
}

/// The shortest path that means the same, without looking at any file.
fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(last) if *last != ".." => {
                    parts.pop();
                }
                _ if rooted => {}
                _ => parts.push(part),
            },
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

fn base_name(path: &str) -> &str {
    if path.is_empty() {
        return ".";
    }
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() {
        return "/";
    }
    trimmed.rsplit('/').next().unwrap_or(trimmed)
}

fn dir_name(path: &str) -> String {
    let folder = match path.rfind('/') {
        Some(at) => path.get(..=at).unwrap_or(""),
        None => "",
    };
    clean(folder)
}

fn abs_path(values: &[Value], environment: &Environment<'_, '_>) -> Result<Value, Failure> {
    let path = text(values, 0);
    if path.starts_with('/') {
        return Ok(Value::text(clean(path)));
    }
    // Where the configuration will be applied is not known here.
    let absolute = environment
        .context
        .files()
        .and_then(|files| files.absolute(path));
    Ok(match absolute {
        Some(absolute) => Value::text(clean(&absolute)),
        None => Value::unknown_of(Type::String).refine(|refinement| refinement.prefix("/")),
    })
}

/// `~` is the home folder of whoever applies the configuration, which is not known here.
fn path_expand(values: &[Value], _: &Environment<'_, '_>) -> Result<Value, Failure> {
    let path = text(values, 0);
    if !path.starts_with('~') {
        return Ok(Value::text(path));
    }
    if path.len() > 1 && !path.starts_with("~/") && !path.starts_with("~\\") {
        return Err(Failure::Call(
            "cannot expand user-specific home dir".to_owned(),
        ));
    }
    Ok(Value::unknown_of(Type::String))
}
