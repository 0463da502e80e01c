"""Does an EC2 endpoint answer as EC2 does, where security groups are concerned?

    python -m ec2.probe                     probes a bench of its own: part of `make test`
    python -m ec2.probe --endpoint URL      probes that one; loopback only

Every case makes its own VPC, so that cases don't see each other. A letter says how well it is
known what EC2 does:

    D  AWS's documentation (API reference, user guide, quotas)
    V  a test that its authors ran against AWS
    P  public reports that quote AWS's error
    K  well known, without a citation at hand: the weakest

    case   what a case is        account   what a case works with
    create describe authorize refuse revoke modify tags delete around life wire: the cases
"""
