//! temporary
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let start = std::time::Instant::now();
    let request = flake_audit::run::Request { discover: flake_audit::discover::Request { paths: vec![path.into()], ..Default::default() }, ..Default::default() };
    let pool = rayon::ThreadPoolBuilder::new().stack_size(256 << 20).build().unwrap();
    let (sources, project) = pool.install(|| flake_audit::run::project(&request)).unwrap();
    for f in &project.flakes {
        println!("{} {:?} {:?} inputs={} kinds={:?}", f.dir, f.role, f.frameworks, f.top.inputs.len(), f.kinds.iter().map(|k| k.name.clone()).collect::<Vec<_>>());
        for o in &f.outputs {
            let place = o.written.map(|w| format!("{}:{}", sources.path(w.at.file), sources.position(w.at).line));
            println!("   {}.{} [{}] {:?} {}", o.kind, o.name, o.systems.join(" "), place, if o.conditional {"?"} else {""});
        }
        for u in &f.unknown { println!("   unknown {:?}: {} {:?}", u.path, u.reason, u.at.map(|w| format!("{}:{}", sources.path(w.file), sources.position(w).line))); }
        for n in &f.top.non_literal { println!("   nonliteral {:?}", n); }
    }
    eprintln!("{:?}", start.elapsed());
}
