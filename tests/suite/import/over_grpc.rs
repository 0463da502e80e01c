//! Groups that were made elsewhere come in by their id.

use terraform_provider_curated::tf_provider::value::Value;

use crate::support::emulator::Emulator;
use crate::support::host::{Host, group, rules_attribute, tcp, web_both};
use crate::support::stage::REGION;

#[tokio::test]
async fn what_is_imported_plans_clean_against_its_own_configuration() {
    let emulator = Emulator::start();
    let maker = Host::on(&emulator, REGION).await;
    let config = web_both(
        [
            tcp(22, ["10.0.0.0/8"]),
            tcp(443, ["10.0.0.0/8"]).with("description", "a"),
        ],
        [tcp(5432, ["10.1.0.0/16", "10.2.0.0/16"])],
    )
    .with("tags", Value::map([("team", "web")]));
    let made = maker.settle(&Value::Null, &config).await;

    let host = Host::on(&emulator, REGION).await;
    let id = emulator.id(REGION, "web");
    let imported = host.import(&id).await.clean();
    assert_eq!(imported.get("id"), &id.as_str().into());
    let read = host.read(&imported).await.clean();
    for name in [
        "name",
        "description",
        "vpc_id",
        "arn",
        "rules",
        "tags",
        "region",
    ] {
        assert_eq!(read.get(name), made.get(name), "{name}");
    }
    let planned = host.plan(&read, &config).await;
    assert_eq!(planned.replace, [""; 0]);
    assert_eq!(planned.clean(), read);
}

#[tokio::test]
async fn a_group_of_another_name_becomes_a_presets() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let by_hand = [
        ("GroupName", "launch-wizard-7"),
        ("GroupDescription", "by hand"),
    ];
    emulator.call(REGION, "CreateSecurityGroup", &by_hand);
    let imported = host
        .import(&emulator.id(REGION, "launch-wizard-7"))
        .await
        .clean();
    let read = host.read(&imported).await.clean();
    assert_eq!(
        read.get("rules"),
        &rules_attribute([("egress all to 0.0.0.0/0", "")])
    );

    let config = group().with("preset", "exodus");
    let planned = host.plan(&read, &config).await;
    assert_eq!(planned.replace, [""; 0]);
    let planned = planned.clean();
    assert_eq!(planned.get("name"), &"launch-wizard-7".into());
    emulator.reset_counts();
    let applied = host.apply(&read, &planned, &config).await.clean();
    assert!(emulator.counts().is_empty(), "{:?}", emulator.counts());
    host.assert_settled(&applied, &config).await;
}

#[tokio::test]
async fn an_id_that_is_none_is_refused_with_the_form_of_one() {
    let host = Host::without_ec2(REGION).await;
    for id in [
        "",
        "web",
        "sg-",
        "sg-XYZ",
        "vpc-0123abcd",
        "i-0123456789abcdef0",
        "sg-0123abcd ",
    ] {
        let refused = host.import(id).await;
        assert_eq!(refused.state, Value::Null);
        let error = refused.error();
        if !id.is_empty() {
            assert!(
                error.detail.contains("sg-0123456789abcdef0"),
                "{id:?}: {error:?}"
            );
        }
        assert!(error.detail.contains("id"), "{id:?}: {error:?}");
    }
}

#[tokio::test]
async fn an_id_that_nobody_has_is_refused_by_the_read_that_follows() {
    let emulator = Emulator::start();
    let host = Host::on(&emulator, REGION).await;
    let imported = host.import("sg-0123456789abcdef0").await.clean();
    let refused = host.read(&imported).await;
    let error = refused.error();
    assert!(error.summary.contains("sg-0123456789abcdef0"), "{error:?}");
    assert!(error.summary.contains(REGION), "{error:?}");
}
