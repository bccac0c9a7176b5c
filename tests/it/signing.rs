//! Makes signatures: with keys in software, tokens included, and with the real `ssh-keygen`.

use base64ct::{Base64, Encoding};
use ed25519_dalek::Signer as _;
use sha2::{Digest, Sha256, Sha512};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A private key in software; a token is played by one.
#[derive(Clone, Copy)]
pub struct SoftKey {
    pub kind: &'static str,
    pub seed: [u8; 32],
}

pub const ED25519: &str = "ssh-ed25519";
pub const P256: &str = "ecdsa-sha2-nistp256";
pub const SK_ED25519: &str = "sk-ssh-ed25519@openssh.com";
pub const SK_P256: &str = "sk-ecdsa-sha2-nistp256@openssh.com";
pub const KINDS: [&str; 4] = [ED25519, P256, SK_ED25519, SK_P256];

/// All parts of a signature, each of which a test may spoil.
#[derive(Clone)]
pub struct Parts {
    pub version: u32,
    pub key: Vec<u8>,
    pub namespace: String,
    pub reserved: Vec<u8>,
    pub hash: &'static str,
    pub inner: Vec<u8>,
}

impl SoftKey {
    pub const fn new(kind: &'static str, seed: u8) -> Self {
        Self {
            kind,
            seed: [seed; 32],
        }
    }

    fn is_token(&self) -> bool {
        self.kind.starts_with("sk-")
    }

    fn p256(&self) -> p256::ecdsa::SigningKey {
        p256::ecdsa::SigningKey::from_slice(&self.seed).expect("a scalar of the curve")
    }

    fn ed25519(&self) -> ed25519_dalek::SigningKey {
        ed25519_dalek::SigningKey::from_bytes(&self.seed)
    }

    /// The public key in wire form.
    pub fn blob(&self) -> Vec<u8> {
        let mut blob = field(self.kind.as_bytes());
        if self.kind.contains("ed25519") {
            blob.extend(field(self.ed25519().verifying_key().as_bytes()));
        } else {
            blob.extend(field(b"nistp256"));
            let point = self.p256().verifying_key().to_encoded_point(false);
            blob.extend(field(point.as_bytes()));
        }
        if self.is_token() {
            blob.extend(field(b"ssh:"));
        }
        blob
    }

    /// The public key as text: type and base64.
    pub fn public(&self) -> String {
        format!("{} {}", self.kind, Base64::encode_string(&self.blob()))
    }

    /// What `ssh-keygen -l` prints of it.
    pub fn fingerprint(&self) -> String {
        let digest = base64ct::Base64Unpadded::encode_string(&Sha256::digest(self.blob()));
        format!("SHA256:{digest}")
    }

    /// A signature in parts.
    pub fn parts(&self, namespace: &str, hash: &'static str, message: &[u8]) -> Parts {
        self.parts_with(namespace, hash, message, 1)
    }

    /// A signature in parts, with the flags that a token sets.
    pub fn parts_with(
        &self,
        namespace: &str,
        hash: &'static str,
        message: &[u8],
        flags: u8,
    ) -> Parts {
        let mut signed = b"SSHSIG".to_vec();
        signed.extend(field(namespace.as_bytes()));
        signed.extend(field(b""));
        signed.extend(field(hash.as_bytes()));
        signed.extend(field(&match hash {
            "sha256" => Sha256::digest(message).to_vec(),
            _ => Sha512::digest(message).to_vec(),
        }));
        let mut trailer = Vec::new();
        if self.is_token() {
            trailer.push(flags);
            trailer.extend(7_u32.to_be_bytes());
            let mut token = Sha256::digest(b"ssh:").to_vec();
            token.extend(&trailer);
            token.extend(Sha256::digest(&signed));
            signed = token;
        }
        let numbers = if self.kind.contains("ed25519") {
            self.ed25519().sign(&signed).to_bytes().to_vec()
        } else {
            let signature: p256::ecdsa::Signature = self.p256().sign(&signed);
            let (r, s) = signature.split_bytes();
            [mpint(&r), mpint(&s)].concat()
        };
        let mut inner = field(self.kind.as_bytes());
        inner.extend(field(&numbers));
        inner.extend(trailer);
        Parts {
            version: 1,
            key: self.blob(),
            namespace: namespace.to_owned(),
            reserved: Vec::new(),
            hash,
            inner,
        }
    }

    /// A whole signature, as `ssh-keygen -Y sign` writes it.
    pub fn sign(&self, namespace: &str, message: &[u8]) -> String {
        self.parts(namespace, "sha512", message).armor()
    }
}

impl Parts {
    pub fn blob(&self) -> Vec<u8> {
        let mut blob = b"SSHSIG".to_vec();
        blob.extend(self.version.to_be_bytes());
        blob.extend(field(&self.key));
        blob.extend(field(self.namespace.as_bytes()));
        blob.extend(field(&self.reserved));
        blob.extend(field(self.hash.as_bytes()));
        blob.extend(field(&self.inner));
        blob
    }

    pub fn armor(&self) -> String {
        armor(&self.blob(), 70)
    }
}

/// The armor around the bytes of a signature, in lines of that width.
pub fn armor(blob: &[u8], width: usize) -> String {
    let base64 = Base64::encode_string(blob);
    let mut text = "-----BEGIN SSH SIGNATURE-----\n".to_owned();
    for line in base64.as_bytes().chunks(width) {
        text.push_str(std::str::from_utf8(line).expect("base64 is ASCII"));
        text.push('\n');
    }
    text + "-----END SSH SIGNATURE-----\n"
}

/// Bytes with their length before them.
pub fn field(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).expect("a short field");
    [&length.to_be_bytes(), bytes].concat()
}

/// A positive number, as short as it can be written.
pub fn mpint(bytes: &[u8]) -> Vec<u8> {
    let digits = &bytes[bytes.iter().take_while(|b| **b == 0).count()..];
    let pad: &[u8] = if digits[0] & 0x80 == 0 { &[] } else { &[0] };
    field(&[pad, digits].concat())
}

/// A folder in which the real `ssh-keygen` works; none where it is missing.
pub struct Keygen(tempfile::TempDir);

impl Keygen {
    pub fn new() -> Option<Self> {
        let found = Command::new("ssh-keygen")
            .arg("-?")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if found.is_err() {
            eprintln!("skipped: there is no ssh-keygen on this machine");
            return None;
        }
        Some(Self(tempfile::tempdir().expect("a temporary folder")))
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    fn run(&self, args: &[&str], stdin: &[u8]) -> bool {
        use std::io::Write;
        let mut child = Command::new("ssh-keygen")
            .args(args)
            .current_dir(self.path())
            .env("TZ", "UTC")
            .env_remove("SSH_AUTH_SOCK")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("ssh-keygen starts");
        // It may refuse before it has read its input.
        let _ = child.stdin.take().expect("a pipe").write_all(stdin);
        child.wait().expect("ssh-keygen ends").success()
    }

    /// Makes a key pair and gives the public key as text: type and base64.
    pub fn key(&self, name: &str, kind: &[&str]) -> String {
        let args = [&["-q", "-N", "", "-C", "", "-f", name, "-t"], kind].concat();
        assert!(self.run(&args, b""), "ssh-keygen makes a key");
        let public = std::fs::read_to_string(self.path().join(format!("{name}.pub")))
            .expect("the public key");
        public.trim().to_owned()
    }

    /// Signs with a key made before.
    pub fn sign(&self, name: &str, namespace: &str, options: &[&str], message: &[u8]) -> String {
        std::fs::write(self.path().join("message"), message).expect("the message");
        let file: PathBuf = self.path().join("message.sig");
        let _ = std::fs::remove_file(&file);
        let args = [
            &["-q", "-Y", "sign", "-f", name, "-n", namespace],
            options,
            &["message"],
        ]
        .concat();
        assert!(self.run(&args, b""), "ssh-keygen signs");
        std::fs::read_to_string(file).expect("the signature")
    }

    /// Whether `ssh-keygen -Y verify` accepts a signature at that time (`YYYYMMDDHHMMSSZ`).
    pub fn accepts(
        &self,
        allowed_signers: &str,
        principal: &str,
        namespace: &str,
        time: &str,
        signature: &[u8],
        message: &[u8],
    ) -> bool {
        std::fs::write(self.path().join("allowed"), allowed_signers).expect("the signers");
        std::fs::write(self.path().join("to-verify.sig"), signature).expect("the signature");
        let time = format!("verify-time={time}");
        let args = [
            "-q",
            "-Y",
            "verify",
            "-f",
            "allowed",
            "-I",
            principal,
            "-n",
            namespace,
            "-s",
            "to-verify.sig",
            "-O",
            &time,
        ];
        self.run(&args, message)
    }
}
