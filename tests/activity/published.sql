--- User engagement
with recommendations_cte as (
    select user_id,
           array_agg(recommendation_type) as recommendation_types,
           round(avg(click_through_rate)::numeric, 2) as avg_recommendation_ctr,
               round(avg(feedback_score)::numeric, 2) as avg_feedback_score,
           count(recommendation_type) as recommendation_counts
    from recommendations
    group by user_id
),

user_ranking as (
    select ua.user_id,
           cast(ua.timestamp as date) as date,
           ua.session_id,
           ua.session_length,
           ua.messages_sent,
           ua.feedback_rating,
           ua.resources_clicked,
           rc.recommendation_types,
           avg_recommendation_ctr,
           -- Calculate per session CTR, handle cases with clicks but no recommendations
           CASE WHEN rc.recommendation_types is null or array_length(rc.recommendation_types, 1) = 0 THEN ua.resources_clicked / ua.session_length -- No recommendations, CTR = 0
           WHEN ua.resources_clicked = 0 THEN 0  -- No clicks, CTR = 0
                ELSE (ua.resources_clicked / array_length(rc.recommendation_types, 1))
           END AS per_session_ctr
    from user_activity ua
    left join recommendations_cte rc
        on ua.user_id = rc.user_id
    order by rc.user_id
)

select *,
      round(
       (session_length::numeric * 0.2) +
       (messages_sent::numeric * 0.2) +
       (feedback_rating::numeric * 0.2) +
       (resources_clicked::numeric * 0.2) +
       (per_session_ctr::numeric * 0.2), 2
      ) as user_engagement_score
from user_ranking;

--- top performing moderators
select *
from (select *,
             round(
                     (chat_sessions_moderated::numeric * 0.33) +
                     (avg_response_time::numeric * 0.33) +
                     (user_satisfaction_score::numeric * 0.33), 2
             ) as moderator_performance_score
      from moderator_performance
      )t
order by moderator_performance_score desc;

--- recommendation aggregation
select recommendation_type,
       count(recommendation_type) as total_recommended,
       round(avg(feedback_score::numeric), 2) as avg_feedback_score,
       round(avg(click_through_rate::numeric)) as avg_ctr
from recommendations
group by recommendation_type;
