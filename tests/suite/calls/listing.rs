//! Where many groups are read, pages of all groups take the place of many calls. What a page shows
//! isn't taken for more than it is: not after a write, and not for the proof that a group is gone.

use terraform_provider_curated::tf_provider::value::Value;

use super::{REGION, describes, imported, read_all};
use crate::support::emulator::Emulator;
use crate::support::host::{Answer, Host, group, rule, texts};

/// As many as a host reads at a time.
const WAVE: usize = 10;

/// Reads wave after wave.
async fn read_in_waves(host: &Host, states: &[Value]) -> Vec<Answer> {
    let mut reads = Vec::new();
    for wave in states.chunks(WAVE) {
        reads.extend(read_all(host, wave).await);
    }
    reads
}

fn states(ids: &[String]) -> Vec<Value> {
    ids.iter().map(|id| imported(id)).collect()
}

#[tokio::test]
async fn the_second_wave_lists_for_all_others() {
    let emulator = Emulator::start();
    let states = states(&emulator.seed(REGION, 60, 1));
    let host = Host::on(&emulator, REGION).await;
    for (read, state) in read_in_waves(&host, &states).await.into_iter().zip(&states) {
        assert_eq!(read.clean().get("id"), state.get("id"));
    }
    assert!(describes(&emulator) <= 3, "{:?}", emulator.log());
}

/// A listing is used once: who reads again wants to know anew.
#[tokio::test]
async fn a_group_that_was_changed_is_read_anew() {
    let emulator = Emulator::start();
    let ids = emulator.seed(REGION, 40, 1);
    let host = Host::on(&emulator, REGION).await;
    let all = read_in_waves(&host, &states(&ids)).await;
    let before = all[35].clone().clean();
    let by_hand = [
        ("GroupId", ids[35].as_str()),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "22"),
        ("IpPermissions.1.ToPort", "22"),
        ("IpPermissions.1.IpRanges.1.CidrIp", "10.0.0.0/8"),
    ];
    emulator.call(REGION, "AuthorizeSecurityGroupIngress", &by_hand);
    let after = host.read(&before).await.clean();
    assert_ne!(after.get("rules"), before.get("rules"));
}

#[tokio::test]
async fn a_listed_group_that_was_written_to_is_read_anew() {
    let emulator = Emulator::start();
    let ids = emulator.seed(REGION, 40, 1);
    let host = Host::on(&emulator, REGION).await;
    // The last five are listed, and not read yet.
    let all = read_in_waves(&host, &states(&ids[..35])).await;
    for read in all {
        read.clean();
    }
    // Its state comes from another process, as a plan's does that an apply carries out.
    let other = Host::on(&emulator, REGION).await;
    let prior = imported(&ids[37]);
    let prior = other.read(&prior).await.clean();
    let https = rule([
        ("service", "https".into()),
        ("cidr_blocks", texts(["10.0.0.0/8"])),
    ]);
    let config = group()
        .with("name", prior.get("name").clone())
        .with("description", "Seeded")
        .with("ingress", Value::set([https]));
    let planned = host.plan(&prior, &config).await.clean();
    let applied = host.apply(&prior, &planned, &config).await.clean();
    let before = describes(&emulator);
    assert_eq!(host.read(&applied).await.clean(), applied);
    assert_eq!(describes(&emulator), before + 1, "the listing was used");
    // Those that weren't written to are still known.
    host.read(&imported(&ids[38])).await.clean();
    assert_eq!(describes(&emulator), before + 1, "the listing wasn't used");
}

#[tokio::test]
async fn a_group_that_is_on_no_page_is_confirmed_to_be_gone() {
    let emulator = Emulator::start();
    let ids = emulator.seed(REGION, 40, 1);
    let host = Host::on(&emulator, REGION).await;
    let gone = [3, 25, 26];
    let mut known = Vec::new();
    for read in read_in_waves(&Host::on(&emulator, REGION).await, &states(&ids)).await {
        known.push(read.clean());
    }
    for number in gone {
        emulator.call(
            REGION,
            "DeleteSecurityGroup",
            &[("GroupId", ids[number].as_str())],
        );
    }
    emulator.reset_counts();
    let reads = read_in_waves(&host, &known).await;
    for (number, read) in reads.into_iter().enumerate() {
        if gone.contains(&number) {
            assert_eq!(read.clean(), Value::Null, "{number}")
        } else {
            assert_eq!(read.clean(), known[number], "{number}")
        }
    }
    // The batch, the page, and a look at each wave's missing ones.
    assert!(describes(&emulator) <= 6, "{:?}", emulator.log());
}
