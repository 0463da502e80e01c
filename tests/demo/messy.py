"""A small account as the console leaves it: groups that nobody chose, one open to the world, two that
name each other, and some that nothing uses."""

import ec2_view

ANYWHERE = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def make(endpoint, region):
    """Makes the account in a region."""
    ec2 = ec2_view.client(endpoint, region)
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    ec2.create_tags(Resources=[vpc], Tags=[{"Key": "Name", "Value": "main"}])

    def group(name, description="launch-wizard created 2024-02-30"):
        made = ec2.create_security_group(GroupName=name, Description=description, VpcId=vpc)
        return made["GroupId"]

    def let_in(group, port, source):
        permission = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port} | source
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])

    def of(group):
        return {"UserIdGroupPairs": [{"GroupId": group}]}

    def run_instance(group):
        ec2.run_instances(
            ImageId="ami-0123456789abcdef0", MinCount=1, MaxCount=1, SubnetId=subnet, SecurityGroupIds=[group]
        )

    wizard = group("launch-wizard-1")
    let_in(wizard, 22, ANYWHERE)
    run_instance(wizard)

    web, app = group("web", "The web servers"), group("app", "The application")
    let_in(web, 443, ANYWHERE)
    let_in(web, 9100, of(app))
    let_in(app, 8080, of(web))
    run_instance(web)
    run_instance(app)

    let_in(group("launch-wizard-2"), 3389, ANYWHERE)
    old_app, old_db = group("old-app", "Nobody knows"), group("old-db", "Nobody knows")
    let_in(old_app, 8080, of(old_db))
    let_in(old_app, 8081, of(old_db))
    let_in(old_db, 5432, of(old_app))
