"""Tags, as the Resource Groups Tagging API tells them: of most types of resources with one listing a region.

It lists what has a tag or once had one. It never tells of IAM users, groups and roles, nor of anything of EC2 Auto
Scaling: see "Services that support the Resource Groups Tagging API" in AWS's reference. What has no region it tells in
the home region of the partition only (us-east-1).
"""

from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import ACCOUNT, Call
from ccm_engine.core.tags import TagListing

LOG_STREAMS = ":*"


class Tag(Part):
    """A key and its value."""

    key: str = at("Key")
    value: str = at("Value", default="")


class Tagged(TagListing):
    """A resource of a region, or a bucket, with its tags."""

    type = "AWS::ResourceGroups::TaggedResource"
    listed_by = Call(
        "resourcegroupstaggingapi",
        "get_resources",
        "ResourceTagMappingList",
        granted_as="tag:GetResources",
        page_size=100,
    )
    tells = frozenset(
        {
            "AWS::ApiGateway::RestApi",
            "AWS::ApiGateway::Stage",
            "AWS::ApiGatewayV2::Api",
            "AWS::ApiGatewayV2::Stage",
            "AWS::Backup::BackupPlan",
            "AWS::Backup::BackupVault",
            "AWS::CertificateManager::Certificate",
            "AWS::CloudTrail::Trail",
            "AWS::CloudWatch::Alarm",
            "AWS::CodeBuild::Project",
            "AWS::DMS::ReplicationInstance",
            "AWS::DynamoDB::Table",
            "AWS::EC2::Image",
            "AWS::EC2::Instance",
            "AWS::EC2::LaunchTemplate",
            "AWS::EC2::NetworkAcl",
            "AWS::EC2::PrefixList",
            "AWS::EC2::SecurityGroup",
            "AWS::EC2::Snapshot",
            "AWS::EC2::Subnet",
            "AWS::EC2::VPC",
            "AWS::EC2::VPCPeeringConnection",
            "AWS::EC2::Volume",
            "AWS::ECR::Repository",
            "AWS::ECS::Cluster",
            "AWS::ECS::Service",
            "AWS::ECS::TaskDefinition",
            "AWS::EFS::FileSystem",
            "AWS::EKS::Cluster",
            "AWS::ElastiCache::ReplicationGroup",
            "AWS::ElasticLoadBalancing::LoadBalancer",
            "AWS::ElasticLoadBalancingV2::Listener",
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            "AWS::GuardDuty::Detector",
            "AWS::KMS::Key",
            "AWS::Lambda::Function",
            "AWS::Logs::LogGroup",
            "AWS::OpenSearch::Domain",
            "AWS::RDS::DBCluster",
            "AWS::RDS::DBClusterParameterGroup",
            "AWS::RDS::DBClusterSnapshot",
            "AWS::RDS::DBInstance",
            "AWS::RDS::DBParameterGroup",
            "AWS::RDS::DBSnapshot",
            "AWS::Redshift::Cluster",
            "AWS::Redshift::ClusterParameterGroup",
            "AWS::S3::Bucket",
            "AWS::SNS::Topic",
            "AWS::SQS::Queue",
            "AWS::SSM::Document",
            "AWS::SageMaker::NotebookInstance",
            "AWS::SecretsManager::Secret",
        }
    )

    id: str = at("ResourceARN")
    arn: str = at("ResourceARN")
    tags: tuple[Tag, ...] = at("Tags", default=())

    def has(self, key: str, /) -> bool:
        """Whether there is a tag of that key. Raises UnreadableError."""
        return any(tag.key == key for tag in self.tags)

    def value(self, key: str, /) -> str:
        """Return the value of a tag that there is. Raises UnreadableError."""
        return next(tag.value for tag in self.tags if tag.key == key)

    @classmethod
    def name_of(cls, arn: str) -> str:
        """Return an ARN without its account: those of snapshots and images are written with it and without."""
        parts = arn.removesuffix(LOG_STREAMS).split(":", 5)
        return ":".join((*parts[:4], "", *parts[5:]))


class TaggedGlobally(Tagged):
    """A resource without a region, with its tags."""

    # Only these types, so that it is no second listing of everything in the home region.
    listed_by = Call(
        "resourcegroupstaggingapi",
        "get_resources",
        "ResourceTagMappingList",
        scope=ACCOUNT,
        granted_as="tag:GetResources",
        page_size=100,
        arguments={"ResourceTypeFilters": ["cloudfront:distribution", "iam:policy", "iam:server-certificate"]},
    )
    tells = frozenset({"AWS::CloudFront::Distribution", "AWS::IAM::Policy", "AWS::IAM::ServerCertificate"})


TAG_LISTINGS: tuple[type[TagListing], ...] = (Tagged, TaggedGlobally)
