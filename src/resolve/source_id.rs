//! stub
pub struct FlakeUrl { pub source: String, pub registry: bool }
pub fn parse_url(url: &str) -> FlakeUrl {
    let base = url.split('?').next().unwrap_or(url);
    let registry = !base.contains(':') && !base.starts_with('.') && !base.starts_with('/');
    let source = if let Some(r) = base.strip_prefix("github:") { let mut p = r.split('/'); format!("github:{}/{}", p.next().unwrap_or(""), p.next().unwrap_or("")).to_lowercase() } else { base.to_lowercase() };
    FlakeUrl { source, registry }
}
pub fn registry(name: &str) -> Option<String> {
    Some(match name { "nixpkgs" => "github:nixos/nixpkgs", "flake-utils" => "github:numtide/flake-utils", "flake-parts" => "github:hercules-ci/flake-parts", _ => return None }.to_owned())
}
