//! Flake references: which source one names, whatever way it is spelled.
//!
//! A source is `forge:owner/repo` in lower case (forges do not tell case apart), with `?dir=` where
//! there is one, or the URL without ref and revision. A git or archive URL of a known forge names
//! the same repository as the forge's own spelling, so it counts as the same source.

use super::lock::LockedRef;

/// All releases and channels of nixpkgs are one source.
pub const CHANNELS: &str = "channels.nixos.org";

/// A flake reference as it is written in `flake.nix`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "four independent properties of a URL, no state")]
pub struct FlakeUrl {
    /// `github`, `gitlab`, `sourcehut`, `git`, `hg`, `tarball`, `file`, `path`, `indirect` or `self`.
    pub kind: String,
    /// The source; `None` where the reference is empty or not understood.
    pub source: Option<String>,
    /// Looked up in the registry (`nixpkgs`, `flake:nixpkgs`).
    pub registry: bool,
    /// An absolute path: it is there on one machine only.
    pub machine_path: bool,
    /// A path relative to the flake.
    pub relative: bool,
    /// Fetched over a protocol without authentication (`http:`, `git:`).
    pub insecure: bool,
    /// Branch or tag.
    pub reference: Option<String>,
    /// Revision.
    pub rev: Option<String>,
    /// Directory inside the source.
    pub dir: Option<String>,
}

/// Parses a flake reference. Never fails: what is not understood has no source.
pub fn parse_url(url: &str) -> FlakeUrl {
    let url = url.split('#').next().unwrap_or("").trim();
    let (body, query) = url.split_once('?').unwrap_or((url, ""));
    let parameter = |key: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(name, _)| *name == key).map(|(_, value)| value.to_owned())
    };
    let mut parsed = FlakeUrl {
        reference: parameter("ref"),
        rev: parameter("rev"),
        dir: parameter("dir").filter(|dir| !dir.is_empty()),
        ..FlakeUrl::default()
    };
    let (scheme, rest) = body.split_once(':').unwrap_or(("", body));
    match scheme {
        _ if is_path(body) => path(&mut parsed, body),
        "path" => path(&mut parsed, rest),
        "github" | "gitlab" | "sourcehut" => forge(&mut parsed, scheme, rest, parameter("host").as_deref()),
        "flake" => indirect(&mut parsed, rest),
        "" => indirect(&mut parsed, body),
        _ => remote(&mut parsed, scheme, body),
    }
    if let (Some(source), Some(dir)) = (&mut parsed.source, &parsed.dir) {
        *source = format!("{source}?dir={dir}");
    }
    parsed
}

fn is_path(body: &str) -> bool {
    body.starts_with(['/', '.']) || body.starts_with("~/")
}

fn path(parsed: &mut FlakeUrl, body: &str) {
    "path".clone_into(&mut parsed.kind);
    let plain = body.strip_prefix("//").map_or(body, |rest| rest.trim_start_matches('/'));
    let absolute = body.starts_with('/') || body.starts_with("~/");
    parsed.machine_path = absolute;
    parsed.relative = !absolute;
    let shown = if body.starts_with("//") { format!("/{plain}") } else { body.to_owned() };
    parsed.source = (!body.is_empty()).then(|| format!("path:{shown}"));
}

fn forge(parsed: &mut FlakeUrl, forge: &str, rest: &str, host: Option<&str>) {
    forge.clone_into(&mut parsed.kind);
    let mut parts = rest.splitn(3, '/');
    let (Some(owner), Some(repo)) = (parts.next(), parts.next()) else { return };
    if owner.is_empty() || repo.is_empty() {
        return;
    }
    revision_or_reference(parsed, parts.next());
    parsed.source = Some(forge_source(forge, host, owner, repo));
}

fn forge_source(forge: &str, host: Option<&str>, owner: &str, repo: &str) -> String {
    let repo = repo.strip_suffix(".git").unwrap_or(repo);
    // GitLab writes the slashes of subgroups as `%2F`.
    let owner = owner.replace("%2F", "/").replace("%2f", "/");
    let own = host.is_none_or(|host| matches!(host, "github.com" | "gitlab.com" | "git.sr.ht"));
    let forge = if own { forge.to_owned() } else { format!("{forge}@{}", host.unwrap_or("")) };
    format!("{forge}:{owner}/{repo}").to_lowercase()
}

fn revision_or_reference(parsed: &mut FlakeUrl, text: Option<&str>) {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return };
    if is_revision(text) {
        parsed.rev = Some(text.to_owned());
    } else {
        parsed.reference = Some(text.to_owned());
    }
}

fn is_revision(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn indirect(parsed: &mut FlakeUrl, rest: &str) {
    let mut parts = rest.splitn(3, '/');
    let id = parts.next().unwrap_or("");
    let valid = id.starts_with(|c: char| c.is_ascii_alphabetic())
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
    if !valid {
        return;
    }
    if id == "self" {
        "self".clone_into(&mut parsed.kind);
        return;
    }
    "indirect".clone_into(&mut parsed.kind);
    parsed.registry = true;
    revision_or_reference(parsed, parts.next());
    revision_or_reference(parsed, parts.next());
    parsed.source = Some(format!("flake:{}", id.to_lowercase()));
}

fn remote(parsed: &mut FlakeUrl, scheme: &str, body: &str) {
    let (kind, transport) = scheme.split_once('+').unwrap_or(("", scheme));
    let url = body.split_once('+').filter(|_| !kind.is_empty()).map_or(body, |(_, url)| url);
    let archive = [".zip", ".tar", ".tgz", ".tar.gz", ".tar.xz", ".tar.bz2", ".tar.zst"];
    let kind = match kind {
        "" if transport == "git" => "git",
        "" if archive.iter().any(|suffix| body.ends_with(suffix)) || body.contains("://flakehub.com/f/") => "tarball",
        "" => "file",
        kind => kind,
    };
    kind.clone_into(&mut parsed.kind);
    let address = url.split_once("://").map_or(url, |(_, address)| address);
    parsed.insecure = matches!(transport, "http" | "git") && !super::inputs::is_local(address);
    if transport == "file" {
        let local = url.trim_start_matches("file:");
        // `file+file:///dev/null` stands for an input that is always overridden (devenv), and is on every machine.
        parsed.machine_path = local.starts_with('/') && local.trim_start_matches('/') != "dev/null";
        parsed.relative = !local.starts_with('/');
    }
    parsed.source = Some(url_source(url));
}

/// The source that a URL names.
fn url_source(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or("");
    let url = url.strip_prefix("git+").unwrap_or(url);
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    if matches!(scheme, "file" | "") {
        return url.to_owned();
    }
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.rsplit('@').next().unwrap_or(host).to_lowercase();
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match (host.as_str(), parts.as_slice()) {
        ("github.com" | "www.github.com", [owner, repo, ..]) | ("api.github.com", ["repos", owner, repo, ..]) => {
            forge_source("github", None, owner, repo)
        }
        ("gitlab.com", [owner, repo] | [owner, repo, "-", ..]) => forge_source("gitlab", None, owner, repo),
        ("git.sr.ht", [owner, repo, ..]) => forge_source("sourcehut", None, owner, repo),
        ("api.flakehub.com", ["f", "pinned", owner, repo, ..])
        | ("flakehub.com" | "api.flakehub.com", ["f", owner, repo, ..]) => {
            format!("flakehub:{owner}/{}", repo.trim_end_matches(".tar.gz")).to_lowercase()
        }
        ("channels.nixos.org" | "releases.nixos.org", _) | ("nixos.org", ["channels", ..]) => CHANNELS.to_owned(),
        _ => format!("{scheme}://{host}/{}", path.trim_end_matches('/').trim_end_matches(".git")),
    }
}

/// The source of a lock node: of what is locked, else of what was asked for.
pub fn source_of(locked: Option<&LockedRef>, original: Option<&LockedRef>) -> Option<String> {
    let asked = original.and_then(reference_source);
    let Some(locked) = locked else { return asked };
    let found = reference_source(locked)?;
    // A registry entry may lead to a mirror of any URL; its name says more.
    let mirrored = locked.kind == "tarball" && found.contains("://") && asked.as_deref() == Some("flake:nixpkgs");
    if mirrored { asked } else { Some(found) }
}

fn reference_source(reference: &LockedRef) -> Option<String> {
    let source = match reference.kind.as_str() {
        "github" | "gitlab" | "sourcehut" => {
            let (owner, repo) = (reference.owner.as_deref()?, reference.repo.as_deref()?);
            forge_source(&reference.kind, reference.host.as_deref(), owner, repo)
        }
        "indirect" => format!("flake:{}", reference.id.as_deref()?.to_lowercase()),
        "path" => format!("path:{}", reference.path.as_deref()?),
        _ => url_source(reference.url.as_deref()?),
    };
    Some(match reference.dir.as_deref().filter(|dir| !dir.is_empty()) {
        Some(dir) => format!("{source}?dir={dir}"),
        None => source,
    })
}

/// Whether a source is nixpkgs, or serves it (`nixpkgs.lib` alone does not count).
pub fn is_nixpkgs(source: &str) -> bool {
    let known =
        ["github:nixos/nixpkgs", "github:nixos/nixpkgs-channels", "flakehub:nixos/nixpkgs", CHANNELS, "flake:nixpkgs"];
    known.contains(&source)
        || source.starts_with("flakehub:determinatesystems/nixpkgs")
        || (!source.contains('?') && source.rsplit(['/', ':']).next() == Some("nixpkgs"))
}
