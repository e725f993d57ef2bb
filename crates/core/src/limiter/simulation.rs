//! Processes that share an account and know nothing of each other, against models of the server.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::time::Duration;

use super::spacing::Spacing;
use super::window::Sent;

const LIMIT: u32 = 20;
const SECOND: Duration = Duration::from_secs(1);

/// How a server counts the requests it accepts.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Counting {
    /// In each second of its clock.
    Fixed,
    /// In the second before each request.
    Sliding,
}

/// How the delays are distributed, of each way alone.
#[derive(Clone, Copy, Debug)]
enum Ways {
    /// Evenly.
    Even,
    /// Only the shortest and the longest.
    Extreme,
}

/// What is simulated.
#[derive(Clone, Copy, Debug)]
struct Scenario {
    counting: Counting,
    processes: usize,
    length: Duration,
    /// How long an answer takes, in milliseconds: between these two.
    delay: (u64, u64),
    ways: Ways,
    /// How much later the first requests of each process arrive because they open connections, in milliseconds.
    opening: u64,
    seed: u64,
}

/// What came of it.
#[derive(Debug)]
struct Figures {
    /// Accepted requests, as a share of those that the server would accept.
    reached: f64,
    /// Refused requests, as a share of all.
    throttled: f64,
    /// Accepted requests of the process that has fewest, as a share of its fair part.
    least: f64,
    /// Most requests that arrived within one second, wherever it begins.
    fullest: usize,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Look { process: usize, look: u64 },
    Arrive { process: usize, request: u64, back: Duration },
    Answer { process: usize, request: u64, accepted: bool },
}

struct Process {
    spacing: Spacing,
    /// Number of the look at the spacing that counts; later ones make earlier ones void.
    look: u64,
    in_flight: BTreeMap<u64, Sent>,
    accepted: usize,
}

/// Repeatable chance: `SplitMix64`.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn between(&mut self, low: Duration, high: Duration) -> Duration {
        let span = u64::try_from((high - low).as_nanos()).unwrap();
        low + Duration::from_nanos(self.next() % (span + 1))
    }
}

/// The server's window.
struct Server {
    counting: Counting,
    /// How far into a second of its clock the simulation begins.
    phase: Duration,
    accepted: VecDeque<Duration>,
}

impl Server {
    fn accepts(&mut self, now: Duration) -> bool {
        let (phase, counting) = (self.phase, self.counting);
        self.accepted.retain(|then| match counting {
            Counting::Fixed => (*then + phase).as_secs() == (now + phase).as_secs(),
            Counting::Sliding => *then + SECOND > now,
        });
        let accepts = self.accepted.len() < LIMIT as usize;
        if accepts {
            self.accepted.push_back(now);
        }
        accepts
    }
}

impl Scenario {
    /// How long the request takes there, the opening of its connection included, and how long its answer takes back.
    fn ways_of(&self, sent: Sent, chance: &mut Chance) -> (Duration, Duration) {
        let (low, high) = self.delay;
        let (low, high) = (Duration::from_millis(low) / 2, Duration::from_millis(high) / 2);
        let mut way = || match self.ways {
            Ways::Even => chance.between(low, high),
            Ways::Extreme if chance.next().is_multiple_of(2) => low,
            Ways::Extreme => high,
        };
        let (out, back) = (way(), way());
        let opening = if sent.number < 8 { self.opening } else { 0 };
        (Duration::from_millis(opening) + out, back)
    }
}

fn simulate(scenario: Scenario) -> Figures {
    let Scenario { counting, processes, length, seed, .. } = scenario;
    let mut chance = Chance(seed);
    let mut server = Server { counting, phase: chance.between(Duration::ZERO, SECOND), accepted: VecDeque::new() };
    let mut crowd: Vec<Process> = (0..processes)
        .map(|_| Process { spacing: Spacing::default(), look: 0, in_flight: BTreeMap::new(), accepted: 0 })
        .collect();
    let mut events: BinaryHeap<_> =
        (0..processes).map(|process| Reverse((Duration::ZERO, Event::Look { process, look: 0 }))).collect();
    let mut arrivals = Vec::new();
    let mut refused = 0;

    while let Some(Reverse((now, event))) = events.pop() {
        if now >= length {
            break;
        }
        let process = match event {
            Event::Look { process, look } => {
                let Process { spacing, in_flight, look: latest, .. } = &mut crowd[process];
                if look != *latest {
                    continue;
                }
                if spacing.opens_at(now, LIMIT) <= now {
                    let sent = spacing.send(now, LIMIT);
                    in_flight.insert(sent.number, sent);
                    let (out, back) = scenario.ways_of(sent, &mut chance);
                    events.push(Reverse((now + out, Event::Arrive { process, request: sent.number, back })));
                }
                process
            }
            Event::Arrive { process, request, back } => {
                arrivals.push(now);
                let accepted = server.accepts(now);
                crowd[process].accepted += usize::from(accepted);
                refused += usize::from(!accepted);
                events.push(Reverse((now + back, Event::Answer { process, request, accepted })));
                continue;
            }
            Event::Answer { process, request, accepted } => {
                let Process { spacing, in_flight, .. } = &mut crowd[process];
                let sent = in_flight.remove(&request).unwrap();
                if accepted {
                    spacing.finished(sent, now);
                } else {
                    spacing.throttled(sent, now);
                }
                process
            }
        };
        let Process { spacing, look, .. } = &mut crowd[process];
        *look += 1;
        events.push(Reverse((spacing.opens_at(now, LIMIT).max(now), Event::Look { process, look: *look })));
    }

    let accepted: usize = crowd.iter().map(|process| process.accepted).sum();
    let least = crowd.iter().map(|process| process.accepted).min().unwrap();
    Figures {
        reached: accepted as f64 / (length.as_secs_f64() * f64::from(LIMIT)),
        throttled: refused as f64 / (accepted + refused) as f64,
        least: least as f64 * processes as f64 / accepted as f64,
        fullest: fullest(&arrivals),
    }
}

/// Most arrivals within one second, wherever it begins.
fn fullest(arrivals: &[Duration]) -> usize {
    let end = |first: Duration| arrivals.partition_point(|arrival| *arrival < first + SECOND);
    arrivals.iter().enumerate().map(|(index, first)| end(*first) - index).max().unwrap_or(0)
}

const ONE_CLIENT: Scenario = Scenario {
    counting: Counting::Fixed,
    processes: 1,
    length: Duration::from_secs(300),
    delay: (20, 30),
    ways: Ways::Even,
    opening: 0,
    seed: 0,
};
const FOUR_PROCESSES: Scenario = Scenario { processes: 4, delay: (50, 150), ..ONE_CLIENT };

/// The scenario against both servers, with other chances each time.
fn variants(scenario: Scenario) -> impl Iterator<Item = (Scenario, Figures)> {
    let both = [Counting::Fixed, Counting::Sliding].into_iter();
    both.flat_map(move |counting| (0..6).map(move |seed| Scenario { counting, seed, ..scenario }))
        .map(|scenario| (scenario, simulate(scenario)))
}

#[test]
fn one_client_reaches_the_rate_and_is_never_throttled() {
    for opening in [0, 400] {
        for (scenario, figures) in variants(Scenario { opening, ..ONE_CLIENT }) {
            assert!(figures.reached >= 0.97, "{scenario:?} {figures:?}");
            assert!(figures.throttled == 0.0 && figures.fullest <= 20, "{scenario:?} {figures:?}");
        }
    }
}

#[test]
fn delays_that_differ_cost_a_client_rate_and_no_refusal() {
    // A second in 1.002 s and the average response time: 90.7 %, 79.9 % and 83.2 %.
    for (delay, least) in [((50, 150), 0.90), ((200, 300), 0.79), ((50, 350), 0.825)] {
        for ways in [Ways::Even, Ways::Extreme] {
            for (scenario, figures) in variants(Scenario { delay, ways, ..ONE_CLIENT }) {
                assert!(figures.reached >= least, "{scenario:?} {figures:?}");
                assert!(figures.throttled == 0.0 && figures.fullest <= 20, "{scenario:?} {figures:?}");
            }
        }
    }
}

#[test]
fn an_hour_of_delays_that_differ_costs_as_much() {
    let hour = Scenario { delay: (50, 150), length: Duration::from_secs(3_600), ..ONE_CLIENT };
    let figures = simulate(hour);
    assert!(figures.reached >= 0.905 && figures.reached <= 0.908, "{figures:?}");
    assert!(figures.throttled == 0.0 && figures.fullest <= 20, "{figures:?}");
}

#[test]
fn four_processes_share_an_account_without_knowing_of_each_other() {
    for (scenario, figures) in variants(FOUR_PROCESSES) {
        assert!(figures.reached >= 0.90, "{scenario:?} {figures:?}");
        assert!(figures.throttled <= 0.05, "{scenario:?} {figures:?}");
        assert!(figures.least >= 0.5, "{scenario:?} {figures:?}");
    }
}

#[test]
fn eight_processes_are_throttled_more_and_still_none_starves() {
    for (scenario, figures) in variants(Scenario { processes: 8, ..FOUR_PROCESSES }) {
        assert!(figures.reached >= 0.88, "{scenario:?} {figures:?}");
        assert!(figures.throttled <= 0.11, "{scenario:?} {figures:?}");
        assert!(figures.least >= 0.4, "{scenario:?} {figures:?}");
    }
}

#[test]
fn a_simulation_can_be_repeated() {
    let figures = || format!("{:?}", simulate(FOUR_PROCESSES));
    assert_eq!(figures(), figures());
}
